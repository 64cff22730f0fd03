// Package copying moves a log from one event store to another through the
// client alone, so that any store may be either end.
//
// Kept are, in log order: every event of every stream that is not the event
// store's own, with its stream, revision, id, type, data and metadata; links;
// deletions for good; and the newest metadata of each stream, and with it
// truncation and deletion for now. Not kept, because a store gives them itself:
// the time of recording, positions, and the ids of deletions. Left out are the
// streams of the event store itself ("$users", "$settings", what persistent
// subscriptions keep) and metadata that newer metadata replaced.
//
// A copy needs no notes of its own. It first compares what the target has with
// the source, and goes on where the target ends. Since every append names the
// exact revision and the ids of its events, a copy that was killed, at any
// moment, leaves nothing twice and nothing out.
package copying
