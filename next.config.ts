import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Native modules and libraries that must not be bundled (pg-boss and pg load parts of themselves by name).
  serverExternalPackages: ["pg", "pg-boss", "pino", "better-auth"],
  // Checked by `npm test` over the whole tree; here it would stop a start because of a test's type.
  typescript: { ignoreBuildErrors: true },
};

export default config;
