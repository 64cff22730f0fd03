// Package eventstore is the log: the narrow port through which the system
// appends, reads and follows events, its one implementation over
// EventStore-Client-Go/v4, the codec between stored JSON and the events of the
// aggregates, and Watermill's subscribers: one hands slices of the log to projectors
// and process managers, one events of persistent subscriptions to side effects.
package eventstore
