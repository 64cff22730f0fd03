package node

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protowire"

	"aftersales/eventstore/node/engine"
)

// uuidFromHalves is the id of two big-endian halves, as Java writes one.
func uuidFromHalves(most, least int64) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], uint64(most))
	binary.BigEndian.PutUint64(id[8:], uint64(least))
	return id
}

// uuidToWire writes an id as halves, or as the text that a client may ask for.
func uuidToWire(id uuid.UUID, asText bool) *shared.UUID {
	if asText {
		return &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}}
	}
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])),
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])),
	}}}
}

func streamToWire(name string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(name)}
}

// eventToWire is nil for no event, as for a link to nothing. The creation time
// must be there and a number: a client without it ends its program.
func eventToWire(e *engine.Event, uuidText bool) *streams.ReadResp_ReadEvent_RecordedEvent {
	if e == nil {
		return nil
	}
	content := contentBinary
	if e.JSON {
		content = contentJSON
	}
	return &streams.ReadResp_ReadEvent_RecordedEvent{
		Id:               uuidToWire(e.ID, uuidText),
		StreamIdentifier: streamToWire(e.Stream),
		StreamRevision:   uint64(e.Revision),
		CommitPosition:   uint64(e.Position),
		PreparePosition:  uint64(e.Position),
		Metadata: map[string]string{
			keyType: e.Type, keyContentType: content, keyCreated: strconv.FormatInt(e.Created, 10),
		},
		CustomMetadata: e.Metadata,
		Data:           e.Data,
	}
}

// appendedToWire answers an append. An empty one has no position.
func appendedToWire(r engine.Result) *streams.AppendResp {
	success := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(r.Revision)},
		PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
	}
	if r.Revision == engine.NoRevision {
		success.CurrentRevisionOption = &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}}
	}
	if r.Position > 0 {
		success.PositionOption = &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{
			CommitPosition: uint64(r.Position), PreparePosition: uint64(r.Position),
		}}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}
}

// wrongVersionToWire fills today's fields and those of clients of before 20.6.1.
func wrongVersionToWire(err *engine.WrongVersionError) *streams.AppendResp {
	empty := &shared.Empty{}
	w := &streams.AppendResp_WrongExpectedVersion{
		CurrentRevisionOption:        &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(err.Current)},
		CurrentRevisionOption_20_6_0: &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: uint64(err.Current)},
	}
	if err.Current == engine.NoRevision {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: empty}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: empty}
	}
	switch err.Expected {
	case engine.ExpectAny:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: empty}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: empty}
	case engine.ExpectExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: empty}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: empty}
	case engine.ExpectNoStream:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: empty}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: math.MaxUint64}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: uint64(err.Expected)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: uint64(err.Expected)}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}

// Fields of CaughtUp that servers after 25.0 fill and newer clients wait for.
// The generated type does not know them, so they are written by number.
const (
	caughtUpTime     protowire.Number = 1
	caughtUpRevision protowire.Number = 2
	caughtUpPosition protowire.Number = 3
)

// caughtUpToWire says when and up to where a subscription has caught up; with
// nothing before it, only when.
func caughtUpToWire(at int64, ofAll bool, now time.Time) *streams.ReadResp_CaughtUp {
	message := func(out []byte, field protowire.Number, values ...uint64) []byte {
		var inner []byte
		for i, v := range values {
			inner = protowire.AppendTag(inner, protowire.Number(i+1), protowire.VarintType)
			inner = protowire.AppendVarint(inner, v)
		}
		return protowire.AppendBytes(protowire.AppendTag(out, field, protowire.BytesType), inner)
	}
	extra := message(nil, caughtUpTime, uint64(now.Unix()), uint64(now.Nanosecond()))
	switch {
	case ofAll && at > 0:
		extra = message(extra, caughtUpPosition, uint64(at), uint64(at))
	case !ofAll && at >= 0:
		extra = protowire.AppendTag(extra, caughtUpRevision, protowire.VarintType)
		extra = protowire.AppendVarint(extra, uint64(at))
	}
	out := &streams.ReadResp_CaughtUp{}
	out.ProtoReflect().SetUnknown(extra)
	return out
}
