package engine

import (
	"encoding/json"
	"time"
)

// Metadata is the part of a stream's metadata that the store itself obeys.
type Metadata struct {
	MaxCount       int64 `json:"$maxCount"` // events kept, counted from the last; 0: all
	MaxAge         int64 `json:"$maxAge"`   // in seconds; 0: for ever
	TruncateBefore int64 `json:"$tb"`       // first revision that is still visible
}

// parseMetadata reads the data of a metadata event. Data that is not a JSON
// object means no metadata, as a client may store anything there.
func parseMetadata(data []byte) (m Metadata) {
	if len(data) == 0 || json.Unmarshal(data, &m) != nil {
		return Metadata{}
	}
	return m
}

// softDeleted tells whether the stream reads as absent until it is recreated.
func (m Metadata) softDeleted() bool { return m.TruncateBefore == DeletedRevision }

// first is the lowest visible revision of a stream whose last one is given.
func (m Metadata) first(last int64) int64 {
	first := m.TruncateBefore
	if m.MaxCount > 0 {
		first = max(first, last-m.MaxCount+1)
	}
	return first
}

// oldest is the creation tick before which events are no longer visible.
func (m Metadata) oldest(now time.Time) int64 {
	const second = int64(time.Second / tick)
	if m.MaxAge <= 0 || m.MaxAge > now.Unix() {
		return 0
	}
	return ticks(now) - m.MaxAge*second
}

// softDeletion is the metadata that soft-deletes a stream.
func softDeletion() []byte {
	data, _ := json.Marshal(map[string]int64{"$tb": DeletedRevision})
	return data
}

// recreation is the metadata data with $tb moved to the first revision after a
// soft delete; everything else in it stays as it was.
func recreation(data []byte, first int64) []byte {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		fields = map[string]json.RawMessage{}
	}
	fields["$tb"], _ = json.Marshal(first)
	out, _ := json.Marshal(fields)
	return out
}

// tick is the protocol's unit of time.
const tick = 100 * time.Nanosecond

// ticks is t in ticks since 1970.
func ticks(t time.Time) int64 { return t.UnixNano() / int64(tick) }
