package node

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"aftersales/eventstore/node/engine"
)

var (
	errUnknownCaller = errors.New("unknown user or wrong password")
	errNoAccess      = errors.New("access denied")
)

// access holds callers to EventStoreDB's default rules. Streams are open to
// every user, $all and the system's streams to admins only, unless a stream's
// own access list says otherwise; an access list never shuts admins out.
type access struct {
	users  map[string]User
	engine *engine.Engine
}

// openCalls are what anyone may call, managedCalls what takes an admin or operator.
var (
	openCalls = []string{
		gossip.Gossip_Read_FullMethodName,
		serverfeatures.ServerFeatures_GetSupportedMethods_FullMethodName,
	}
	managedCalls = []string{
		persistent.PersistentSubscriptions_Create_FullMethodName,
		persistent.PersistentSubscriptions_Update_FullMethodName,
		persistent.PersistentSubscriptions_Delete_FullMethodName,
		persistent.PersistentSubscriptions_ReplayParked_FullMethodName,
		persistent.PersistentSubscriptions_RestartSubsystem_FullMethodName,
	}
)

// enter checks what can be told from the method alone. The context that it
// returns says to permitted who calls.
func (a *access) enter(ctx context.Context, method string) (context.Context, error) {
	if slices.Contains(openCalls, method) {
		return ctx, nil
	}
	c, err := a.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	allowed := c.name != ""
	if slices.Contains(managedCalls, method) {
		allowed = c.is(GroupAdmins) || c.is(GroupOps)
	}
	if !allowed {
		return nil, errNoAccess
	}
	return context.WithValue(ctx, guardKey{}, guard{a, c}), nil
}

// unary guards calls of one request.
func (a *access) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	known, err := a.enter(ctx, info.FullMethod)
	if err != nil {
		return nil, wireError(ctx, err)
	}
	return handle(known, req)
}

// stream guards the others. A client would see no more than a broken stream if
// it were refused before it has sent what it sends before it listens: everything,
// or of a call that goes both ways the first message.
func (a *access) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	known, err := a.enter(stream.Context(), info.FullMethod)
	if err == nil {
		return handle(srv, guardedStream{stream, known})
	}
	for stream.RecvMsg(new(emptypb.Empty)) == nil && !info.IsServerStream {
	}
	return wireError(stream.Context(), err)
}

// guardedStream is a stream with a guard in its context.
type guardedStream struct {
	grpc.ServerStream
	ctx context.Context
}

// Context implements grpc.ServerStream.
func (s guardedStream) Context() context.Context { return s.ctx }

// guard is what a context says of the caller.
type guard struct {
	access *access
	caller caller
}

type guardKey struct{}

// The rights on a stream.
const (
	rightRead   = "$r"
	rightWrite  = "$w"
	rightDelete = "$d"
)

// permitted tells whether the caller has a right on a stream, or on engine.All.
// On a node without users everyone has every right.
func permitted(ctx context.Context, stream, right string) error {
	g, guarded := ctx.Value(guardKey{}).(guard)
	if !guarded || g.caller.is(GroupAdmins) {
		return nil
	}
	if of, isMetadata := strings.CutPrefix(stream, engine.MetadataStream("")); isMetadata {
		stream = of
		if right == rightRead {
			right = "$mr"
		} else {
			right = "$mw"
		}
	}
	roles, err := g.access.roles(ctx, stream, right)
	if err == nil && !slices.ContainsFunc(roles, g.caller.is) {
		err = errNoAccess
	}
	return err
}

// roles are those that have a right on a stream. Its metadata is read each
// time: a change counts from the next call on.
func (a *access) roles(ctx context.Context, stream, right string) (roleList, error) {
	data, err := a.engine.Metadata(ctx, stream)
	if err != nil {
		return nil, err
	}
	var metadata struct {
		ACL map[string]roleList `json:"$acl"`
	}
	_ = json.Unmarshal(data, &metadata) // a client may store anything there
	if roles, listed := metadata.ACL[right]; listed {
		return roles, nil
	}
	if strings.HasPrefix(stream, "$") {
		return roleList{GroupAdmins}, nil
	}
	return roleList{"$all"}, nil
}

// roleList is one role or many in JSON. What is neither is nobody's, so that
// only admins are left.
type roleList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *roleList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = roleList{one}
	} else if json.Unmarshal(data, (*[]string)(l)) != nil {
		*l = nil
	}
	return nil
}
