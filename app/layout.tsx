import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { NONCE_HEADER } from "#lib/web/security-headers.ts";
import { ThemeScript } from "./features/shell/theme-script.tsx";
import "./globals.css";
import "./message-page.css";

export const metadata: Metadata = {
  title: "SpiderPig",
  description: "Deploy changes with scap from a web page.",
  appleWebApp: { capable: true, title: "SpiderPig" },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#202122" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get(NONCE_HEADER) ?? undefined;
  // suppressHydrationWarning: the theme script may set an attribute on <html> before React hydrates it.
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <ThemeScript nonce={nonce} />
        {/* oxlint-disable-next-line nextjs/no-css-tags -- served by theme.css/route.ts, which a bundler cannot import */}
        <link rel="stylesheet" href="/theme.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}
