// Writes docs/methods.md from the test cards; run after the build.
import { writeFileSync } from 'node:fs';
import { methodsMarkdown } from '../packages/filiation/dist/view/methods-markdown.js';
import { WEIGHT_TESTS } from '../packages/weights/dist/index.js';

writeFileSync('docs/methods.md', methodsMarkdown(WEIGHT_TESTS.map((test) => test.card)));
