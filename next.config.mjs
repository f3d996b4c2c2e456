// Not TypeScript: for that, a web process in production would load the compiler, which has 97 MB and is needed only for a build.

/** @type {import("next").NextConfig} */
const config = {
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
