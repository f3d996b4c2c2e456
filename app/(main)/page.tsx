import { signedInUser } from "../client/signed-in-user.ts";
import { prefilledReferences } from "../features/deploy/change-input.ts";
import { HomeView } from "../features/home/home-view.tsx";

type HomePageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function HomePage({ searchParams }: HomePageProps) {
  const prefilled = prefilledReferences((await searchParams).backport);
  const query = new URLSearchParams(prefilled.map((reference) => ["backport", reference]));
  await signedInUser(prefilled.length === 0 ? "/" : `/?${query}`);
  return <HomeView prefilled={prefilled} />;
}
