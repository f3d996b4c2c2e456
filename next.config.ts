import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Native modules and libraries that must not be bundled (pg-boss and pg load parts of themselves by name).
  serverExternalPackages: ["pg", "pg-boss", "pino", "better-auth"],
  typescript: { ignoreBuildErrors: false },
};

export default config;
