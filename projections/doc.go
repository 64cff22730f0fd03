// Package projections keeps the read models: tables in Postgres that follow
// the log. A Watermill router drives one handler per projection; each message
// is a slice of the log, applied in one transaction that also moves the
// projection's checkpoint. The checkpoint row decides what is applied, so that
// a slice that comes twice, or cut differently, changes nothing.
//
// Every read model is a package below this one, with its schema, its projector
// and its queries, and lives in a Postgres schema of the same name. All of them
// are disposable: Rebuild makes one again from the log, Verify proves that a
// rebuild would not differ.
package projections
