// Feeds the console's rule for narrow paths with what the path carries, a second each; the limits on standard output.
import { PictureLimit } from "../../clerk_console/web/src/narrow.ts";

let text = "";
for await (const piece of process.stdin) text += piece;
const rule = new PictureLimit(2_500_000);
console.log(JSON.stringify(JSON.parse(text).map((available) => [rule.look(available), rule.limit])));
