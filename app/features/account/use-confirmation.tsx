"use client";
// Some changes need a proof of identity that is a few minutes old at most. The request is sent; if the server requires the
// proof, a dialog asks for it, and the request is sent again.
import { createContext, type ReactNode, useContext, useState } from "react";
import { ApiError } from "../../client/api.ts";
import { ConfirmIdentityDialog } from "./confirm-identity-dialog.tsx";

type Confirmed = <T>(request: () => Promise<T>) => Promise<T>;

const ConfirmationContext = createContext<Confirmed>((request) => request());

/** Sends the request, after a proof of identity if it needs one. */
export function useConfirmation(): Confirmed {
  return useContext(ConfirmationContext);
}

type ConfirmationProviderProps = { hasPassword: boolean; passkeyHost: string; children: ReactNode };

export function ConfirmationProvider({ hasPassword, passkeyHost, children }: ConfirmationProviderProps) {
  const [open, setOpen] = useState<PromiseWithResolvers<void>>();
  const confirmed: Confirmed = async (request) => {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "confirmation_required") throw error;
      const confirmation = Promise.withResolvers<void>();
      setOpen(confirmation);
      await confirmation.promise.finally(() => setOpen(undefined));
      return request();
    }
  };
  const cancelled = () =>
    open?.reject(
      new ApiError({ code: "not_confirmed", title: "Not confirmed.", detail: "Nothing was changed." }),
    );
  return (
    <ConfirmationContext value={confirmed}>
      {children}
      {open !== undefined && (
        <ConfirmIdentityDialog
          hasPassword={hasPassword}
          passkeyHost={passkeyHost}
          onConfirmed={() => open.resolve()}
          onClose={cancelled}
        />
      )}
    </ConfirmationContext>
  );
}
