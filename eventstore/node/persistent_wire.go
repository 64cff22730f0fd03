package node

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/protobuf/proto"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/groups"
)

// groupKey reads which group a request is about. The name must leave room for
// that of the stream in which the group parks.
func groupKey(stream *shared.StreamIdentifier, all bool, name string) (groups.Key, error) {
	k := groups.Key{Source: engine.All, Name: name}
	if !all {
		source, err := streamName(stream)
		if err != nil {
			return k, err
		}
		k.Source = source
	}
	if err := text("group name", name); err != nil {
		return k, err
	}
	if len(k.Source)+len(k.Name) > maxNameLength-64 {
		return k, invalid("stream and group name are too long together")
	}
	return k, nil
}

// asCreation reads the options of a change, which on the wire are laid out as
// those of a creation.
func asCreation(o *persistent.UpdateReq_Options) (*persistent.CreateReq_Options, error) {
	wire, err := proto.Marshal(o)
	if err != nil {
		return nil, err
	}
	c := &persistent.CreateReq_Options{}
	return c, proto.Unmarshal(wire, c)
}

// group reads what a group shall be. Where it begins is inclusive here, and the
// end is where the end is now.
//
//nolint:staticcheck // older clients use the deprecated fields
func (s *persistentService) group(ctx context.Context, o *persistent.CreateReq_Options) (groups.Group, error) {
	stream, from := o.GetStream().GetStreamIdentifier(), uint64(0)
	switch {
	case o.GetAll() != nil:
		from = o.GetAll().GetPosition().GetCommitPosition()
	case o.GetStream() != nil:
		from = o.GetStream().GetRevision()
	default:
		stream, from = o.GetStreamIdentifier(), o.GetSettings().GetRevision()
	}
	k, err := groupKey(stream, o.GetAll() != nil, o.GetGroupName())
	if err != nil {
		return groups.Group{Key: k}, err
	}
	g := groups.Group{Key: k, Settings: settings(o.GetSettings()), From: place(k.Source, clamp(from)), Cursor: clamp(from) - 1}
	if f := o.GetAll().GetFilter(); f != nil {
		if g.Filter, _, err = filter(f.GetStreamIdentifier(), f.GetEventType()); err != nil {
			return g, err
		}
	}
	if o.GetAll().GetEnd() != nil || o.GetStream().GetEnd() != nil {
		g.From = place(k.Source, -1)
		g.Cursor, err = s.engine.Last(ctx, k.Source)
	}
	return g, err
}

// place is a revision, or a position in engine.All, as text.
func place(source string, at int64) string {
	if source == engine.All {
		return fmt.Sprintf("C:%d/P:%d", at, at)
	}
	return strconv.FormatInt(at, 10)
}

// settings reads times in either of their units.
//
//nolint:staticcheck // older clients use the deprecated strategy
func settings(w *persistent.CreateReq_Settings) groups.Settings {
	const tick = 100 * time.Nanosecond
	strategy := w.GetConsumerStrategy()
	if strategy == "" {
		strategy = w.GetNamedConsumerStrategy().String()
	}
	return groups.Settings{
		ResolveLinks: w.GetResolveLinks(), ExtraStatistics: w.GetExtraStatistics(),
		MaxRetry: w.GetMaxRetryCount(), MinCheckpoint: w.GetMinCheckpointCount(), MaxCheckpoint: w.GetMaxCheckpointCount(),
		MaxSubscribers: w.GetMaxSubscriberCount(), LiveBuffer: w.GetLiveBufferSize(), ReadBatch: w.GetReadBatchSize(),
		HistoryBuffer:   w.GetHistoryBufferSize(),
		MessageTimeout:  max(time.Duration(w.GetMessageTimeoutMs())*time.Millisecond, time.Duration(w.GetMessageTimeoutTicks())*tick),
		CheckpointAfter: max(time.Duration(w.GetCheckpointAfterMs())*time.Millisecond, time.Duration(w.GetCheckpointAfterTicks())*tick),
		Strategy:        strategy,
	}
}

func groupEventToWire(e *engine.Event, asText bool) *persistent.ReadResp_ReadEvent_RecordedEvent {
	if e == nil {
		return nil
	}
	w := eventToWire(e, asText)
	return &persistent.ReadResp_ReadEvent_RecordedEvent{
		Id: w.Id, StreamIdentifier: w.StreamIdentifier, StreamRevision: w.StreamRevision,
		PreparePosition: w.PreparePosition, CommitPosition: w.CommitPosition,
		Metadata: w.Metadata, CustomMetadata: w.CustomMetadata, Data: w.Data,
	}
}

// groupToWire shows a group. Cursors before the first event are shown as none.
func groupToWire(i groups.Info) *persistent.SubscriptionInfo {
	cursor := func(at int64) string {
		if at < 0 || at == 0 && i.Source == engine.All {
			return ""
		}
		return place(i.Source, at)
	}
	out := &persistent.SubscriptionInfo{
		EventSource: i.Source, GroupName: i.Name, Status: "Live", TotalItems: i.Total,
		LastCheckpointedEventPosition: cursor(i.Cursor), LastKnownEventPosition: cursor(i.LastKnown),
		ResolveLinkTos: i.ResolveLinks, StartFrom: i.From, ExtraStatistics: i.ExtraStatistics,
		MessageTimeoutMilliseconds:  int32(min(i.MessageTimeout.Milliseconds(), math.MaxInt32)),
		CheckPointAfterMilliseconds: int32(min(i.CheckpointAfter.Milliseconds(), math.MaxInt32)),
		MaxRetryCount:               i.MaxRetry, LiveBufferSize: i.LiveBuffer, BufferSize: i.HistoryBuffer, ReadBatchSize: i.ReadBatch,
		MinCheckPointCount: i.MinCheckpoint, MaxCheckPointCount: i.MaxCheckpoint, MaxSubscriberCount: i.MaxSubscribers,
		NamedConsumerStrategy: i.Strategy, ReadBufferCount: int32(i.Pending), LiveBufferCount: int64(i.Pending),
		RetryBufferCount: int32(i.Retries), TotalInFlightMessages: int32(i.Outstanding),
		OutstandingMessagesCount: int32(i.Outstanding), ParkedMessageCount: int64(i.ParkedEvents),
	}
	for _, c := range i.Consumers {
		out.Connections = append(out.Connections, &persistent.SubscriptionInfo_ConnectionInfo{
			From: c.Name, ConnectionName: c.Name, TotalItems: c.Total, AvailableSlots: int32(c.Slots), InFlightMessages: int32(c.InFlight),
		})
	}
	return out
}
