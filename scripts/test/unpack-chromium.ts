/** Unpacks the browser that came with the packages into TMPDIR: a program, because the package reads that once. */
import { inflate } from "@sparticuz/chromium";
import { inProject } from "../root.ts";

for (const part of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"]) {
  await inflate(inProject("node_modules/@sparticuz/chromium/bin", part));
}
