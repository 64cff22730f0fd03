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
	"google.golang.org/grpc/codes"

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

// enter checks what can be told from the method alone.
func (a *access) enter(ctx context.Context, method string) (caller, error) {
	if slices.Contains(openCalls, method) {
		return caller{}, nil
	}
	c, err := a.authenticate(ctx)
	if err != nil {
		return caller{}, err
	}
	allowed := c.name != ""
	if slices.Contains(managedCalls, method) {
		allowed = c.is(GroupAdmins) || c.is(GroupOps)
	}
	if !allowed {
		return caller{}, denied(ctx)
	}
	return c, nil
}

// check tells whether the caller may do what the request is about.
func (a *access) check(ctx context.Context, c caller, req any) error {
	stream, right, about := subject(req)
	if !about || c.is(GroupAdmins) {
		return nil
	}
	if of, isMetadata := strings.CutPrefix(stream, engine.MetadataStream("")); isMetadata {
		stream = of
		if right = "$mr"; !isRead(req) {
			right = "$mw"
		}
	}
	roles, err := a.roles(ctx, stream, right)
	if err != nil {
		return wireError(ctx, err)
	}
	if !slices.ContainsFunc(roles, c.is) {
		return denied(ctx)
	}
	return nil
}

// roles are those that have a right on a stream. Its metadata is read each
// time: a change counts from the next call on.
func (a *access) roles(ctx context.Context, stream, right string) ([]string, error) {
	roles := []string{"$all"}
	if strings.HasPrefix(stream, "$") {
		roles = []string{GroupAdmins}
	}
	for e, err := range a.engine.ReadStream(ctx, engine.MetadataStream(stream), engine.End, true, 1) {
		if errors.Is(err, engine.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		var metadata struct {
			ACL map[string]json.RawMessage `json:"$acl"`
		}
		if json.Unmarshal(e.Data, &metadata) != nil {
			break // a client may store anything there
		}
		var one string
		var many []string
		switch raw := metadata.ACL[right]; {
		case raw == nil:
		case json.Unmarshal(raw, &one) == nil:
			roles = []string{one}
		case json.Unmarshal(raw, &many) == nil:
			roles = many
		default:
			roles = nil // not to be read: admins only
		}
	}
	return roles, nil
}

func denied(ctx context.Context) error {
	return exception(ctx, codes.PermissionDenied, errNoAccess, "access-denied")
}

// unary guards calls of one request.
func (a *access) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	c, err := a.enter(ctx, info.FullMethod)
	if err == nil {
		err = a.check(ctx, c, req)
	}
	if err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

// stream guards the others.
func (a *access) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	c, err := a.enter(stream.Context(), info.FullMethod)
	guarded := &guardedStream{ServerStream: stream, access: a, caller: c, drains: info.IsClientStream && !info.IsServerStream}
	if err != nil {
		return guarded.refuse(err, info)
	}
	return handler(srv, guarded)
}
