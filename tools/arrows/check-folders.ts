/** Fails if the entries of a folder import each other in a circle (`npm run arrows`). */
import { type FolderCircle, folderCircles } from "./folder-circles.ts";
import { importsOf } from "./import-graph.ts";

const rooms = ["grammar", "compiler", "views", "runtime", "tools"];
const circles = folderCircles(importsOf(process.cwd(), rooms));
for (const circle of circles) console.error(describe(circle));
if (circles.length === 0) console.log("no circle among the entries of any folder");
else process.exitCode = 1;

function describe({ folder, steps }: FolderCircle): string {
  const [first] = steps;
  const path = [...steps.map(({ entry }) => entry), first?.entry].join(" → ");
  const examples = steps.map(
    ({ example, imports }) =>
      `    ${example.from} imports ${example.to}${imports > 1 ? ` (one of ${imports})` : ""}`,
  );
  return [`${folder || "."}: ${path}`, ...examples].join("\n");
}
