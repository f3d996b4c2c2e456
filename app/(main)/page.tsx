import { signedInUser } from "../client/signed-in-user.ts";
import { selectedReferences, selectionAddress } from "../features/deploy/selection-address.ts";
import { HomeView } from "../features/home/home-view.tsx";

type HomePageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function HomePage({ searchParams }: HomePageProps) {
  const { changes = [] } = await searchParams;
  await signedInUser(selectionAddress(selectedReferences([changes].flat())));
  return <HomeView />;
}
