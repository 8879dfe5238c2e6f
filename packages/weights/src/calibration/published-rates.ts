// Written by scripts/make-published-rates.mjs from docs/error-rates.json.
import type { PublishedRates } from './published-rates-type.ts';

/** Error rates measured on models of known parentage, as published with this version. */
export const PUBLISHED_RATES: PublishedRates = {
  digest: 'sha256:e9961fb6d484cc00bb05bd8cccc0c7f8b24613abcbf7914868ae6339adb1de7a',
  models: 26,
  tests: [
    {
      test: 'weights.neuron-order',
      related: 157,
      independent: 148,
      independentFamilies: 13,
      falseAlarms: 0,
      sensitivity: {
        value: 0.7261146496815286,
        low: 0.6934306569343066,
        high: 1,
      },
    },
    {
      test: 'weights.head-order',
      related: 157,
      independent: 148,
      independentFamilies: 13,
      falseAlarms: 0,
      sensitivity: {
        value: 0.7006369426751592,
        low: 0.6788321167883211,
        high: 1,
      },
    },
    {
      test: 'weights.channel-order',
      related: 157,
      independent: 148,
      independentFamilies: 13,
      falseAlarms: 0,
      sensitivity: {
        value: 0.6942675159235668,
        low: 0.6699266503667481,
        high: 1,
      },
    },
    {
      test: 'weights.match',
      related: 157,
      independent: 148,
      independentFamilies: 13,
      falseAlarms: 0,
      sensitivity: {
        value: 1,
        low: 1,
        high: 1,
      },
    },
    {
      test: 'weights.attention',
      related: 157,
      independent: 148,
      independentFamilies: 13,
      falseAlarms: 0,
      sensitivity: {
        value: 1,
        low: 1,
        high: 1,
      },
    },
    {
      test: 'weights.rotation',
      related: 157,
      independent: 148,
      independentFamilies: 13,
      falseAlarms: 0,
      sensitivity: {
        value: 0.6942675159235668,
        low: 0.6715328467153284,
        high: 1,
      },
    },
  ],
};
