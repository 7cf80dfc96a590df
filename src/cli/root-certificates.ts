import { readFileSync } from 'node:fs';

/** Where systems keep the certificates they trust, in one file; the first that exists counts. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // CentOS
  '/etc/ssl/cert.pem', // macOS, BSD
];

/**
 * The certificates that the system trusts, in PEM, or null where it keeps none in a file: then the ones of Node.js
 * count.
 * `SSL_CERT_FILE` names another file.
 */
export function systemRootCertificates(env: Readonly<Record<string, string | undefined>>): Buffer | null {
  const files = env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : BUNDLES;
  for (const file of files) {
    try {
      return readFileSync(file);
    } catch {
      // The next place, or none.
    }
  }
  return null;
}
