import { signedInUser } from "../lib/signed-in-user.ts";
import { prefilledReferences } from "../lib/change-input.ts";
import { HomeView } from "../components/home/home-view.tsx";

type HomePageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function HomePage({ searchParams }: HomePageProps) {
  const prefilled = prefilledReferences((await searchParams)["backport"]);
  const query = new URLSearchParams(prefilled.map((reference) => ["backport", reference]));
  await signedInUser(prefilled.length === 0 ? "/" : `/?${query}`);
  return <HomeView prefilled={prefilled} />;
}
