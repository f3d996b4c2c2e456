"use client";
// After a navigation without a page load the focus is on the new page, so that Tab and screen readers continue there, and not
// at the link that was pressed.
import { useEffect, useRef } from "react";
import { usePathname } from "next/navigation";
import { MAIN_ID } from "../../ui/main.tsx";

export function useFocusAfterNavigation(): void {
  const pathname = usePathname();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const main = document.getElementById(MAIN_ID);
    // The page may have focused an element of its own, such as its search box.
    if (main?.contains(document.activeElement) === false) main.focus({ preventScroll: true });
  }, [pathname]);
}
