// Feeds seconds of a call to the console's own judgement: JSON on standard input, the outcome on standard output.
import { Quality } from "../../clerk_console/web/src/quality.ts";

let text = "";
for await (const piece of process.stdin) text += piece;
const quality = new Quality();
for (const [second, { measured, booth }] of JSON.parse(text).entries()) quality.take(second * 1000, measured, booth, null);
console.log(JSON.stringify({ ...quality.judge(), latest: quality.latest, seconds: quality.samples.length }));
