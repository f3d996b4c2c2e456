import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Native modules and libraries that must not be bundled (pg-boss and pg load parts of themselves by name).
  serverExternalPackages: ["pg", "pg-boss", "pino", "better-auth"],
  // The cache has 140 MB, and writing it takes a quarter of a build. scripts/pages.ts skips builds that would change nothing.
  experimental: { turbopackFileSystemCacheForBuild: false },
  // Checked by `npm test` over the whole tree; here it would stop a start because of a test's type.
  typescript: { ignoreBuildErrors: true },
};

export default config;
