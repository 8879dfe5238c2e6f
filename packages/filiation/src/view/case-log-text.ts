import { timeIn } from '@filiation/evidence';
import { type Claim, numberOf } from '@filiation/verify';
import { counted } from './counted.ts';
import { printable } from './printable.ts';

/** One entry of a log on one line: place, time in the zone of the case, who, what. */
export function entryLine(claim: Claim, zone: string): string {
  const { at, actor } = claim.predicate;
  const what = [claim.name, numberOf(claim) ?? ''].join(' ').trim();
  const time = timeIn(zone, new Date(at));
  return printable(
    `${String(claim.index).padStart(4)}  ${time.padEnd(19)} ${actor.padEnd(12)} ${what.padEnd(16)} ${aboutOf(claim)}`,
  ).trimEnd();
}

function aboutOf({ name, predicate }: Claim): string {
  switch (name) {
    case 'case':
      return predicate.title;
    case 'exhibit':
      return `${predicate.name}, from ${predicate.handedOverBy}`;
    case 'custody':
      return `${predicate.from} to ${predicate.to}, ${predicate.condition}`;
    case 'plan':
      return `${counted(predicate.tests, 'test')}${predicate.amends === undefined ? '' : `, amends ${predicate.amends}`}`;
    case 'run':
      return `${predicate.step}${predicate.plan === undefined ? '' : ` of ${predicate.plan}`}${predicate.exploratory ? ', exploratory' : ''}`;
    case 'finding':
      return `${predicate.comparison ?? ''} ${predicate.test.id}, ${predicate.status}`.trim();
    case 'opinion':
      return `on ${predicate.comparison}`;
    case 'reply':
      return `to ${predicate.to}, ${predicate.position}`;
    case 'report':
      return predicate.format;
    case 'disclosure':
      return `${predicate.action}, ${predicate.parts} of ${predicate.of}`;
    case 'deadline':
      return predicate.deadline.kind;
    case 'party':
      return predicate.party.id;
    case 'key':
      return `${predicate.action}, ${predicate.party}`;
    case 'seed':
      return predicate.step;
    case 'correction':
      return `of entry ${predicate.corrects}`;
    case 'seal':
      return predicate.withheld.length === 0
        ? ''
        : `without ${predicate.withheld.map((each) => each.exhibit).join(', ')}`;
    default:
      return '';
  }
}
