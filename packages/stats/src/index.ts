export { type RandomStream, randomStream } from './random.ts';
