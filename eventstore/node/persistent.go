package node

import (
	"context"
	"errors"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/groups"
)

// persistentService serves persistent subscriptions.
type persistentService struct {
	persistent.UnimplementedPersistentSubscriptionsServer
	engine *engine.Engine
	groups *groups.Manager
}

// Create implements the protocol.
func (s *persistentService) Create(ctx context.Context, req *persistent.CreateReq) (*persistent.CreateResp, error) {
	g, err := s.group(ctx, req.GetOptions())
	if err == nil {
		err = s.groups.Create(ctx, g)
	}
	return &persistent.CreateResp{}, groupError(ctx, g.Key, err)
}

// Update implements the protocol.
func (s *persistentService) Update(ctx context.Context, req *persistent.UpdateReq) (*persistent.UpdateResp, error) {
	var g groups.Group
	o, err := asCreation(req.GetOptions())
	if err == nil {
		g, err = s.group(ctx, o)
	}
	if err == nil {
		err = s.groups.Update(ctx, g)
	}
	return &persistent.UpdateResp{}, groupError(ctx, g.Key, err)
}

// Delete implements the protocol.
func (s *persistentService) Delete(ctx context.Context, req *persistent.DeleteReq) (*persistent.DeleteResp, error) {
	o := req.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll() != nil, o.GetGroupName())
	if err == nil {
		err = s.groups.Delete(ctx, k)
	}
	return &persistent.DeleteResp{}, groupError(ctx, k, err)
}

// GetInfo implements the protocol.
func (s *persistentService) GetInfo(ctx context.Context, req *persistent.GetInfoReq) (*persistent.GetInfoResp, error) {
	o := req.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll() != nil, o.GetGroupName())
	if err != nil {
		return nil, err
	}
	info, err := s.groups.Info(ctx, k)
	if err != nil {
		return nil, groupError(ctx, k, err)
	}
	return &persistent.GetInfoResp{SubscriptionInfo: groupToWire(info)}, nil
}

// List implements the protocol. A source without groups is an error there.
func (s *persistentService) List(ctx context.Context, req *persistent.ListReq) (*persistent.ListResp, error) {
	source := ""
	if of := req.GetOptions().GetListForStream(); of != nil {
		source = engine.All
		if of.GetStream() != nil {
			source = string(of.GetStream().GetStreamName())
		}
	}
	all, err := s.groups.List(ctx, source)
	if err == nil && len(all) == 0 && source != "" {
		err = groups.ErrMissing
	}
	if err != nil {
		return nil, groupError(ctx, groups.Key{Source: source}, err)
	}
	out := &persistent.ListResp{}
	for _, info := range all {
		out.Subscriptions = append(out.Subscriptions, groupToWire(info))
	}
	return out, nil
}

// ReplayParked implements the protocol.
func (s *persistentService) ReplayParked(ctx context.Context, req *persistent.ReplayParkedReq) (*persistent.ReplayParkedResp, error) {
	o := req.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll() != nil, o.GetGroupName())
	stopAt := int64(math.MaxInt64)
	if o.GetNoLimit() == nil {
		stopAt = o.GetStopAt()
	}
	if err == nil {
		err = s.groups.Replay(ctx, k, stopAt)
	}
	return &persistent.ReplayParkedResp{}, groupError(ctx, k, err)
}

// RestartSubsystem implements the protocol.
func (s *persistentService) RestartSubsystem(ctx context.Context, _ *shared.Empty) (*shared.Empty, error) {
	return &shared.Empty{}, groupError(ctx, groups.Key{}, s.groups.Restart(ctx))
}

// maxGroupBuffer bounds what a consumer may hold, in events.
const maxGroupBuffer = 10_000

// Read implements the protocol: the first message says which group, the others
// what became of events; meanwhile events are sent.
func (s *persistentService) Read(stream persistent.PersistentSubscriptions_ReadServer) error {
	ctx := stream.Context()
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	o := first.GetOptions()
	k, err := groupKey(o.GetStreamIdentifier(), o.GetAll() != nil, o.GetGroupName())
	if err != nil {
		return err
	}
	if o.GetBufferSize() < 1 || o.GetBufferSize() > maxGroupBuffer {
		return invalid("buffer size %d is not from 1 to %d", o.GetBufferSize(), maxGroupBuffer)
	}
	if err := permitted(ctx, k.Source, rightRead); err != nil {
		return wireError(ctx, err)
	}
	name := ""
	if p, ok := peer.FromContext(ctx); ok {
		name = p.Addr.String()
	}
	consumer, err := s.groups.Join(k, name, int(o.GetBufferSize()))
	if err != nil {
		return groupError(ctx, k, err)
	}
	defer consumer.Leave()
	err = stream.Send(&persistent.ReadResp{Content: &persistent.ReadResp_SubscriptionConfirmation_{
		SubscriptionConfirmation: &persistent.ReadResp_SubscriptionConfirmation{SubscriptionId: k.Source + "::" + k.Name + "::" + uuid.NewString()},
	}})
	if err != nil {
		return err
	}
	gone := make(chan error, 1)
	go func() { gone <- listen(stream, consumer) }()
	asText := o.GetUuidOption().GetString_() != nil
	for {
		select {
		case m := <-consumer.Messages():
			out, err := s.message(ctx, m, asText)
			if err == nil {
				err = stream.Send(out)
			}
			if err != nil {
				return wireError(ctx, err)
			}
		case <-consumer.Dropped():
			return groupError(ctx, k, consumer.Err())
		case err := <-gone:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// listen passes on what the consumer says of events, until it goes.
func listen(stream persistent.PersistentSubscriptions_ReadServer, consumer *groups.Consumer) error {
	for {
		req, err := stream.Recv()
		if err != nil {
			return nil // it has left; the call ends without an error of its own
		}
		wire, action := req.GetAck().GetIds(), groups.Done
		if nack := req.GetNack(); nack != nil {
			wire, action = nack.GetIds(), actions[nack.GetAction()]
		} else if req.GetAck() == nil {
			return invalid("neither ack nor nack")
		}
		ids := make([]uuid.UUID, len(wire))
		for i := range wire {
			if ids[i], err = uuidFromWire(wire[i]); err != nil {
				return err
			}
		}
		consumer.Answer(ids, action, req.GetNack().GetReason())
	}
}

var actions = map[persistent.ReadReq_Nack_Action]groups.Action{
	persistent.ReadReq_Nack_Unknown: groups.Retry,
	persistent.ReadReq_Nack_Retry:   groups.Retry,
	persistent.ReadReq_Nack_Park:    groups.Park,
	persistent.ReadReq_Nack_Skip:    groups.Done,
	persistent.ReadReq_Nack_Stop:    groups.Leave,
}

// groupError is the status that clients expect for an error of a group.
func groupError(ctx context.Context, k groups.Key, err error) error {
	details := []string{"stream-name", k.Source, "group-name", k.Name}
	switch {
	case errors.Is(err, groups.ErrMissing):
		return exception(ctx, codes.NotFound, err, "persistent-subscription-does-not-exist", details...)
	case errors.Is(err, groups.ErrExists):
		return exception(ctx, codes.AlreadyExists, err, "persistent-subscription-exists", details...)
	case errors.Is(err, groups.ErrFull):
		return exception(ctx, codes.FailedPrecondition, err, "maximum-subscribers-reached", details...)
	case errors.Is(err, groups.ErrDropped):
		return exception(ctx, codes.Canceled, err, "persistent-subscription-dropped", details...)
	}
	return wireError(ctx, err)
}

// message is an event for a consumer, or the one that it links to together with
// the link.
func (s *persistentService) message(ctx context.Context, m groups.Message, asText bool) (*persistent.ReadResp, error) {
	event, link, err := resolved(ctx, s.engine, m.Event, m.Resolve)
	if err != nil {
		return nil, err
	}
	return &persistent.ReadResp{Content: &persistent.ReadResp_Event{Event: &persistent.ReadResp_ReadEvent{
		Event: groupEventToWire(event, asText), Link: groupEventToWire(link, asText),
		Position: &persistent.ReadResp_ReadEvent_CommitPosition{CommitPosition: uint64(m.Event.Position)},
		Count:    &persistent.ReadResp_ReadEvent_RetryCount{RetryCount: int32(m.Retry)},
	}}}, nil
}
