"use client";
// Components whose code is loaded when they are needed for the first time. Dialogs and menus are: the library behind them is a
// large part of a page's JavaScript, and most pages are read without opening any.
//
// Not with React.lazy: React shows what replaces the fallback of a Suspense boundary 300 ms after that fallback at the earliest,
// also if the code was loaded before. That is too late for what a person has just pressed.
import { useEffect, useState, type ComponentType } from "react";

export type Loadable<Props> = ComponentType<Props> & {
  /** Loads the code in advance. The component is then rendered at once. */
  load: () => Promise<void>;
};

/** Renders nothing until the code is loaded. If it cannot be, the page shows its error. */
export function loadable<Props extends object>(load: () => Promise<ComponentType<Props>>): Loadable<Props> {
  let Loaded: ComponentType<Props> | undefined;
  const loadOnce = async () => {
    Loaded ??= await load();
  };
  function LoadedOnDemand(props: Props) {
    const [state, setState] = useState<"loading" | "loaded" | Error>(
      Loaded === undefined ? "loading" : "loaded",
    );
    useEffect(() => {
      loadOnce().then(
        () => setState("loaded"),
        (error: unknown) => setState(error instanceof Error ? error : new Error(String(error))),
      );
    }, []);
    if (state instanceof Error) throw state;
    return Loaded === undefined ? null : <Loaded {...props} />;
  }
  return Object.assign(LoadedOnDemand, { load: loadOnce });
}
