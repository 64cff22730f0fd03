// Package groups hands events out to groups of consumers that share them:
// persistent subscriptions, with acknowledgement, retries, parking and a
// checkpoint that survives restarts.
package groups

import (
	"context"
	"errors"
	"time"

	"aftersales/eventstore/node/engine"
)

// The strategies by which a group chooses who gets the next event.
const (
	RoundRobin       = "RoundRobin"
	DispatchToSingle = "DispatchToSingle"
	Pinned           = "Pinned"
)

// Errors of the groups.
var (
	ErrExists  = errors.New("the persistent subscription exists")
	ErrMissing = errors.New("the persistent subscription does not exist")
	ErrFull    = errors.New("the persistent subscription has all the consumers that it takes")
	// ErrDropped ends consumers whose group was changed or deleted.
	ErrDropped = errors.New("the persistent subscription was dropped")
)

// Key names a group: its source is a stream or engine.All.
type Key struct{ Source, Name string }

// parked is the stream that keeps what nobody could handle.
func (k Key) parked() string {
	return "$persistentsubscription-" + k.Source + "::" + k.Name + "-parked"
}

// Settings are those of the protocol. Zero MaxSubscribers and MaxCheckpoint
// mean no limit, a zero MessageTimeout that nobody takes too long.
type Settings struct {
	ResolveLinks    bool          `json:"resolve_links"`
	ExtraStatistics bool          `json:"extra_statistics"`
	MaxRetry        int32         `json:"max_retry"`
	MinCheckpoint   int32         `json:"min_checkpoint"`
	MaxCheckpoint   int32         `json:"max_checkpoint"`
	MaxSubscribers  int32         `json:"max_subscribers"`
	LiveBuffer      int32         `json:"live_buffer"`
	ReadBatch       int32         `json:"read_batch"`
	HistoryBuffer   int32         `json:"history_buffer"`
	MessageTimeout  time.Duration `json:"message_timeout"`
	CheckpointAfter time.Duration `json:"checkpoint_after"`
	Strategy        string        `json:"strategy"`
	// Filter is of a group on engine.All; nil for none.
	Filter *engine.Filter `json:"filter,omitempty"`
}

// Group is what is kept of a group. From says where it was told to begin, for
// display. Cursor is the revision or position up to which everything is done.
type Group struct {
	Key
	Settings
	From   string
	Cursor int64
}

// Store keeps groups.
type Store interface {
	Groups(ctx context.Context) ([]Group, error)
	PutGroup(ctx context.Context, g Group) error
	MoveGroup(ctx context.Context, k Key, cursor int64) error
	DropGroup(ctx context.Context, k Key) error
}

// Message is an event handed to a consumer. Resolve says that a link is to be
// followed, Retry how often it was handed out before.
type Message struct {
	Event   *engine.Event
	Resolve bool
	Retry   int
}

// Action is what happens to an event that was handed to a consumer.
type Action int

// The actions.
const (
	Retry Action = iota
	Park
	Done
	Leave // nothing: it comes again when its time is over
)

// Info is how a group stands.
type Info struct {
	Group
	LastKnown                                   int64 // cursor of the last event that was read
	Total                                       int64 // events handed out since the start
	Retries, Pending, Outstanding, ParkedEvents int
	Consumers                                   []ConsumerInfo
}

// ConsumerInfo is how a consumer stands.
type ConsumerInfo struct {
	Name            string
	Total           int64
	Slots, InFlight int
}
