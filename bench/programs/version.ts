// Imported first by the programs that run instead of scap: a worker asks for `scap version` when it starts.
if (process.argv.at(-1) === "version") {
  console.log("benchmark");
  process.exit();
}
