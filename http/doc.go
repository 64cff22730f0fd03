// Package http is the command API and the reads over HTTP, as openapi.yaml
// describes them: decoding, access, idempotency keys, positions and problems.
// It holds no rule of the domain.
package http
