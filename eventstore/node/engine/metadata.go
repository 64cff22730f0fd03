package engine

import (
	"encoding/json"
	"time"
)

// Metadata is the part of a stream's metadata that the store itself obeys.
type Metadata struct {
	MaxCount       int64 // events kept, counted from the last; 0: all
	MaxAge         time.Duration
	TruncateBefore int64 // first revision that is still visible
}

// parseMetadata reads the data of a metadata event. Data that is not a JSON
// object means no metadata, as a client may store anything there.
func parseMetadata(data []byte) Metadata {
	var raw struct {
		MaxCount       int64 `json:"$maxCount"`
		MaxAge         int64 `json:"$maxAge"` // seconds
		TruncateBefore int64 `json:"$tb"`
	}
	if len(data) == 0 || json.Unmarshal(data, &raw) != nil {
		return Metadata{}
	}
	return Metadata{
		MaxCount:       max(raw.MaxCount, 0),
		MaxAge:         time.Duration(max(raw.MaxAge, 0)) * time.Second,
		TruncateBefore: max(raw.TruncateBefore, 0),
	}
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
	if m.MaxAge == 0 {
		return 0
	}
	return ticks(now.Add(-m.MaxAge))
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

// ticks is t in 100 ns since 1970.
func ticks(t time.Time) int64 { return t.UnixNano() / 100 }
