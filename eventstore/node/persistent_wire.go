package node

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/groups"
)

// groupKey reads which group a request is about. The name must leave room for
// that of the stream in which the group parks.
func groupKey(stream *shared.StreamIdentifier, all *shared.Empty, name string) (groups.Key, error) {
	k := groups.Key{Source: groups.All, Name: name}
	if all == nil {
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

// created reads a new group. Where it begins is inclusive here, and the end is
// where the end is now.
func (s *persistentService) created(ctx context.Context, o *persistent.CreateReq_Options) (groups.Group, error) {
	stream := o.GetStream().GetStreamIdentifier()
	if stream == nil && o.GetAll() == nil {
		stream = o.GetStreamIdentifier() //nolint:staticcheck // older clients say it there
	}
	k, err := groupKey(stream, empty(o.GetAll() != nil), o.GetGroupName())
	if err != nil {
		return groups.Group{Key: k}, err
	}
	strategy := o.GetSettings().GetConsumerStrategy()
	if strategy == "" {
		strategy = o.GetSettings().GetNamedConsumerStrategy().String() //nolint:staticcheck // older clients say it there
	}
	g := groups.Group{Key: k, Settings: settings(o.GetSettings(), strategy)}
	if all := o.GetAll(); all != nil {
		if g.Filter, err = groupFilter(all.GetFilter()); err != nil {
			return g, err
		}
		from := int64(0)
		switch at := all.GetAllOption().(type) {
		case *persistent.CreateReq_AllOptions_Position:
			from = clamp(at.Position.GetCommitPosition())
		case *persistent.CreateReq_AllOptions_End:
			from = engine.End
		}
		g.From, g.Cursor = begin(k, from)
	} else {
		from := int64(0)
		switch at := o.GetStream().GetRevisionOption().(type) {
		case *persistent.CreateReq_StreamOptions_Revision:
			from = clamp(at.Revision)
		case *persistent.CreateReq_StreamOptions_End:
			from = engine.End
		case nil:
			from = clamp(o.GetSettings().GetRevision()) //nolint:staticcheck // older clients say it there
		}
		g.From, g.Cursor = begin(k, from)
	}
	if g.Cursor == engine.End-1 {
		g.Cursor, err = s.endOf(ctx, k)
	}
	return g, err
}

// updated reads the changes of a group.
func updated(o *persistent.UpdateReq_Options) (groups.Group, error) {
	stream := o.GetStream().GetStreamIdentifier()
	if stream == nil && o.GetAll() == nil {
		stream = o.GetStreamIdentifier() //nolint:staticcheck // older clients say it there
	}
	k, err := groupKey(stream, empty(o.GetAll() != nil), o.GetGroupName())
	g := groups.Group{Key: k}
	if err != nil {
		return g, err
	}
	w := o.GetSettings()
	g.Settings = settings(w, w.GetNamedConsumerStrategy().String())
	from := int64(0)
	switch {
	case o.GetStream().GetEnd() != nil, o.GetAll().GetEnd() != nil:
		from = engine.End
	case o.GetAll().GetPosition() != nil:
		from = clamp(o.GetAll().GetPosition().GetCommitPosition())
	case o.GetStream() != nil:
		from = clamp(o.GetStream().GetRevision())
	}
	g.From, _ = begin(k, from)
	return g, nil
}

// begin is where a group begins, as text and as the cursor right before it.
func begin(k groups.Key, from int64) (string, int64) {
	at := strconv.FormatInt(from, 10)
	if from == engine.End {
		at = "-1"
	}
	if k.Source == groups.All {
		return "C:" + at + "/P:" + at, max(from-1, 0)
	}
	return at, from - 1
}

// endOf is the cursor behind everything that there is now.
func (s *persistentService) endOf(ctx context.Context, k groups.Key) (int64, error) {
	last, end := s.engine.ReadAll(ctx, engine.End, true, 1, nil), int64(0)
	if k.Source != groups.All {
		last, end = s.engine.ReadStream(ctx, k.Source, engine.End, true, 1), engine.NoRevision
	}
	for e, err := range last {
		if err != nil {
			if errors.Is(err, engine.ErrNotFound) {
				return end, nil
			}
			return end, err
		}
		if end = e.Position; k.Source != groups.All {
			end = e.Revision
		}
	}
	return end, nil
}

func empty(there bool) *shared.Empty {
	if there {
		return &shared.Empty{}
	}
	return nil
}

// wireSettings is what the settings of creation and of change have in common.
type wireSettings interface {
	GetResolveLinks() bool
	GetExtraStatistics() bool
	GetMaxRetryCount() int32
	GetMinCheckpointCount() int32
	GetMaxCheckpointCount() int32
	GetMaxSubscriberCount() int32
	GetLiveBufferSize() int32
	GetReadBatchSize() int32
	GetHistoryBufferSize() int32
	GetMessageTimeoutTicks() int64
	GetMessageTimeoutMs() int32
	GetCheckpointAfterTicks() int64
	GetCheckpointAfterMs() int32
}

// tickLength is the unit of times in the protocol's older fields.
const tickLength = 100 * time.Nanosecond

func settings(w wireSettings, strategy string) groups.Settings {
	return groups.Settings{
		ResolveLinks: w.GetResolveLinks(), ExtraStatistics: w.GetExtraStatistics(),
		MaxRetry: w.GetMaxRetryCount(), MinCheckpoint: w.GetMinCheckpointCount(), MaxCheckpoint: w.GetMaxCheckpointCount(),
		MaxSubscribers: w.GetMaxSubscriberCount(), LiveBuffer: w.GetLiveBufferSize(), ReadBatch: w.GetReadBatchSize(),
		HistoryBuffer:   w.GetHistoryBufferSize(),
		MessageTimeout:  max(time.Duration(w.GetMessageTimeoutMs())*time.Millisecond, time.Duration(w.GetMessageTimeoutTicks())*tickLength),
		CheckpointAfter: max(time.Duration(w.GetCheckpointAfterMs())*time.Millisecond, time.Duration(w.GetCheckpointAfterTicks())*tickLength),
		Strategy:        strategy,
	}
}

func groupFilter(o *persistent.CreateReq_AllOptions_FilterOptions) (*groups.Filter, error) {
	if o == nil {
		return nil, nil
	}
	expression := o.GetEventType()
	f := &groups.Filter{}
	if o.GetStreamIdentifier() != nil {
		f.ByStream, expression = true, o.GetStreamIdentifier()
	}
	f.Regex, f.Prefixes = expression.GetRegex(), expression.GetPrefix()
	_, err := groupMatch(*f)
	return f, err
}

// groupMatch makes the filter of a group.
func groupMatch(f groups.Filter) (func(*engine.Event) bool, error) {
	match, err := matcher(&streams.ReadReq_Options_FilterOptions_Expression{Regex: f.Regex, Prefix: f.Prefixes})
	if err != nil {
		return nil, err
	}
	if f.ByStream {
		return func(e *engine.Event) bool { return match(e.Stream) }, nil
	}
	return func(e *engine.Event) bool { return match(e.Type) }, nil
}

func uuidsFromWire(ids []*shared.UUID) ([]uuid.UUID, error) {
	out := make([]uuid.UUID, len(ids))
	for i, id := range ids {
		var err error
		if out[i], err = uuidFromWire(id); err != nil {
			return nil, err
		}
	}
	return out, nil
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
		switch {
		case i.Source == groups.All && at > 0:
			return fmt.Sprintf("C:%d/P:%d", at, at)
		case i.Source != groups.All && at >= 0:
			return strconv.FormatInt(at, 10)
		}
		return ""
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
