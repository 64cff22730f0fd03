package node

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"aftersales/eventstore/node/engine"
)

// Names of the metadata that the protocol itself gives to an event.
const (
	keyType        = "type"
	keyContentType = "content-type"
	keyCreated     = "created"

	contentJSON   = "application/json"
	contentBinary = "application/octet-stream"
)

// maxNameLength keeps names within what an index entry can hold, in bytes.
const maxNameLength = 1024

// text refuses what Postgres cannot store as text, lest it fail a whole group
// of appends.
func text(what, s string) error {
	switch {
	case s == "":
		return invalid("%s is empty", what)
	case len(s) > maxNameLength:
		return invalid("%s is longer than %d bytes", what, maxNameLength)
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return invalid("%s %q is not valid UTF-8 text", what, s)
	}
	return nil
}

// streamName reads the name of a stream that may be written or read.
func streamName(id *shared.StreamIdentifier) (string, error) {
	name := string(id.GetStreamName())
	if err := text("stream name", name); err != nil {
		return "", err
	}
	meta := engine.MetadataStream("")
	if name == meta || name == engine.All || strings.HasPrefix(name, meta+meta) {
		return "", invalid("%q is no stream of its own", name)
	}
	return name, nil
}

// expectation is what the options of all writes have in common; their empty
// messages are of two types.
type expectation[E any] interface {
	GetNoStream() *E
	GetAny() *E
	GetStreamExists() *E
}

// expected reads the expectation of a write; given tells whether there is one at
// all, as revision 0 and nothing look alike. A number too high for a revision is
// refused before it could turn into one of the negative constants.
func expected[E any](o expectation[E], revision uint64, given bool) (engine.Expected, error) {
	switch {
	case !given:
		return 0, invalid("no expected revision")
	case o.GetNoStream() != nil:
		return engine.ExpectNoStream, nil
	case o.GetAny() != nil:
		return engine.ExpectAny, nil
	case o.GetStreamExists() != nil:
		return engine.ExpectExists, nil
	case revision >= engine.DeletedRevision:
		return 0, invalid("expected revision %d is out of range", revision)
	}
	return engine.Expected(revision), nil
}

// proposed reads one event. Its id is required: without it a repeat could not
// be recognised.
func proposed(m *streams.AppendReq_ProposedMessage) (engine.Proposed, error) {
	id, err := uuidFromWire(m.GetId())
	if err != nil {
		return engine.Proposed{}, err
	}
	content, ok := m.GetMetadata()[keyContentType]
	if !ok {
		return engine.Proposed{}, invalid("event %s has no %s", id, keyContentType)
	}
	kind := m.GetMetadata()[keyType]
	return engine.Proposed{
		ID: id, Type: kind, JSON: content == contentJSON,
		Data: m.GetData(), Metadata: m.GetCustomMetadata(),
	}, text("event type", kind)
}

// uuidFromWire reads an id in either of its forms.
func uuidFromWire(id *shared.UUID) (uuid.UUID, error) {
	var out uuid.UUID
	switch value := id.GetValue().(type) {
	case *shared.UUID_Structured_:
		out = uuidFromHalves(value.Structured.GetMostSignificantBits(), value.Structured.GetLeastSignificantBits())
	case *shared.UUID_String_:
		var err error
		if out, err = uuid.Parse(value.String_); err != nil {
			return out, invalid("event id: %v", err)
		}
	}
	if out == uuid.Nil {
		return out, invalid("event without an id")
	}
	return out, nil
}

// clamp keeps the wire's larger range of numbers from turning negative.
func clamp(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
