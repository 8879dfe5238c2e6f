import { type Certificate, FiliationError, readPemCertificates } from '@filiation/verify';

/** A time authority as configured: where it is asked, and which roots its tokens must lead to. */
export interface TimeAuthority {
  /** Short and stable, as it stands in file names: `[a-z0-9-]`, at most 32. */
  readonly name: string;
  readonly url: string;
  readonly roots: readonly Certificate[];
  /** The authority's own certificates, where its tokens come without them. */
  readonly extraCertificates?: readonly Certificate[];
}

export interface AuthoritySettings {
  readonly name: string;
  readonly url: string;
  /** Certificates in PEM form. */
  readonly roots: string;
  /** Certificates in PEM form. */
  readonly extraCertificates?: string;
}

/**
 * Checks and reads the settings of one authority.
 *
 * @throws FiliationError BAD_CONFIG; MALFORMED where the certificates cannot be read
 */
export function readTimeAuthority(settings: AuthoritySettings): TimeAuthority {
  const { name, url, roots, extraCertificates } = settings;
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name))
    throw new FiliationError(
      'BAD_CONFIG',
      `time authority ${JSON.stringify(name.slice(0, 64))}: not a usable name`,
      {
        hint: 'use at most 32 small letters, digits and hyphens',
      },
    );
  checkAddress(name, url);
  return {
    name,
    url,
    roots: readPemCertificates(roots, `roots of time authority ${name}`),
    ...(extraCertificates === undefined
      ? {}
      : {
          extraCertificates: readPemCertificates(extraCertificates, `certificates of time authority ${name}`),
        }),
  };
}

/** An address may hold a password or token: messages name its host only. */
export function checkAddress(name: string, text: string): URL {
  const refuse = (what: string, hint: string): FiliationError =>
    new FiliationError('BAD_CONFIG', `time authority ${name}: ${what}`, { where: name, hint });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse('its address is not a URL', 'write it as https://host/path');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse(`its address begins with ${url.protocol}`, 'only http: and https: can be asked');
  if (url.username !== '' || url.password !== '')
    throw refuse('its address holds a user name or password', 'give the Authorization header instead');
  return url;
}
