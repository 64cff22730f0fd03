package engine

import (
	"math"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// DeletedRevision is the revision of a tombstone, and the $tb of a stream that
// is soft-deleted.
const DeletedRevision = math.MaxInt64

// NoRevision is the last revision of a stream without events.
const NoRevision int64 = -1

// All stands for the whole log where the name of a stream may stand.
const All = "$all"

// Event types that the store itself writes or reads.
const (
	TypeMetadata  = "$metadata"
	TypeTombstone = "$streamDeleted"
	TypeLink      = "$>"
)

// Event is a recorded event, never changed once it is published.
type Event struct {
	Position int64 // place in $all: above 0, strictly rising in commit order, with gaps
	Stream   string
	Revision int64 // 0, 1, 2 … in its stream; DeletedRevision for a tombstone
	ID       uuid.UUID
	Type     string
	JSON     bool
	Created  int64 // 100 ns ticks since 1970, UTC
	Data     []byte
	Metadata []byte
}

// recordOverhead is what an event costs beside its texts and payload, in bytes.
const recordOverhead = 64

// size is how far the event moves the position on. As on a server that counts
// in bytes, it is never 1: nobody can learn to add one to a position.
func (e *Event) size() int64 {
	return int64(recordOverhead + len(e.Stream) + len(e.Type) + len(e.Data) + len(e.Metadata))
}

// at says where the event is in a stream, or in All.
func (e *Event) at(source string) int64 {
	if source == All {
		return e.Position
	}
	return e.Revision
}

// Link reads which event a link means; ok is false for any other event.
func (e *Event) Link() (stream string, revision int64, ok bool) {
	if e.Type != TypeLink {
		return "", 0, false
	}
	number, stream, _ := strings.Cut(string(e.Data), "@")
	revision, err := strconv.ParseInt(number, 10, 64)
	return stream, revision, err == nil
}

// Proposed is an event that a client asks to append.
type Proposed struct {
	ID       uuid.UUID
	Type     string
	JSON     bool
	Data     []byte
	Metadata []byte
}

// Expected is the revision that a writer expects to be the stream's last: an
// exact one (0 and up), or one of the constants.
type Expected int64

// The expectations that are not an exact revision.
const (
	ExpectNoStream Expected = -1
	ExpectAny      Expected = -2
	ExpectExists   Expected = -4
)

const metaPrefix = "$$"

// MetadataStream is the name of the stream that holds a stream's metadata.
func MetadataStream(stream string) string { return metaPrefix + stream }

// original is the stream that a metadata stream describes.
func original(stream string) (string, bool) { return strings.CutPrefix(stream, metaPrefix) }
