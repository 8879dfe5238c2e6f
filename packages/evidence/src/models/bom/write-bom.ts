import { createHash } from 'node:crypto';
import type { JsonObject } from '@filiation/verify';
import type { FileDigest } from '../../io/tree-digest.ts';
import type { DeclaredAncestor, ModelDeclaration } from '../declaration.ts';
import { COMPLETENESS_PROPERTY, DIGEST_PROPERTY, RELATION_PROPERTY } from './read-bom.ts';

export interface BomFacts {
  /** The model's files, listed as components of it. */
  readonly files?: readonly FileDigest[];
  /** For `modelCard.modelParameters`. */
  readonly task?: string;
  readonly architectureFamily?: string;
  /** Name and version of the software that writes the document. */
  readonly tool: { readonly name: string; readonly version: string };
}

/**
 * A declaration as a CycloneDX 1.6 bill of materials. The serial number comes from the content (UUID
 * version 8 over its SHA-256), so the same declaration gives the same bytes.
 */
export function modelBom(declaration: ModelDeclaration, facts: BomFacts): JsonObject {
  const { model, ancestors, licenses, datasets, completeness } = declaration;
  const component: JsonObject = {
    type: 'machine-learning-model',
    'bom-ref': 'model',
    ...componentName(model.name),
    ...(licenses.length === 0 ? {} : { licenses: licenses.map((name) => ({ license: { name } })) }),
    ...(ancestors.length === 0 ? {} : { pedigree: { ancestors: ancestors.map(ancestorComponent) } }),
    ...(facts.files === undefined ? {} : { components: facts.files.map(fileComponent) }),
    modelCard: {
      modelParameters: {
        ...(facts.task === undefined ? {} : { task: facts.task }),
        ...(facts.architectureFamily === undefined ? {} : { architectureFamily: facts.architectureFamily }),
        ...(datasets.length === 0 ? {} : { datasets: datasets.map((name) => ({ type: 'dataset', name })) }),
      },
    },
    properties: [
      ...(model.sha256 === undefined ? [] : [{ name: DIGEST_PROPERTY, value: model.sha256 }]),
      { name: COMPLETENESS_PROPERTY, value: completeness },
    ],
  };
  const body: JsonObject = {
    version: 1,
    metadata: {
      timestamp: declaration.declaredAt,
      tools: { components: [{ type: 'application', ...facts.tool }] },
      component,
    },
  };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(body), ...body };
}

function ancestorComponent({ name, relation, sha256 }: DeclaredAncestor): JsonObject {
  return {
    type: 'machine-learning-model',
    ...componentName(name),
    properties: [
      { name: RELATION_PROPERTY, value: relation },
      // No `hashes`: the digest is that of a list of files, not of one file's bytes.
      ...(sha256 === undefined ? [] : [{ name: DIGEST_PROPERTY, value: sha256 }]),
    ],
  };
}

function fileComponent({ name, sha256 }: FileDigest): JsonObject {
  return { type: 'file', name, hashes: [{ alg: 'SHA-256', content: sha256 }] };
}

/** `owner/name` apart, as CycloneDX has it. */
function componentName(name: string): JsonObject {
  const parts = /^([^/]+)\/([^/]+)$/.exec(name);
  return parts === null ? { name } : { group: parts[1]!, name: parts[2]! };
}

/** RFC 9562 version 8: a UUID whose bits mean what its maker says. */
function serialNumber(body: JsonObject): string {
  const bytes = createHash('sha256').update(JSON.stringify(body)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `urn:uuid:${groups.join('-')}`;
}
