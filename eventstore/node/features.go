package node

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

// version is the EventStoreDB release whose behaviour the node follows. Clients
// demand three integers.
const version = "24.10.0"

// featuresService tells clients what they may call.
type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
}

const persistentSubscriptions = "event_store.client.persistent_subscriptions.persistentsubscriptions"

// supported lists methods by service, all in lower case as clients compare them.
var supported = map[string][]string{
	"event_store.client.streams.streams": {"read", "append", "delete", "tombstone", "batchappend"},
	persistentSubscriptions: {
		"create", "update", "delete", "read", "getinfo", "list", "replayparked", "restartsubsystem",
	},
	"event_store.client.gossip.gossip":                  {"read"},
	"event_store.client.server_features.serverfeatures": {"getsupportedmethods"},
}

// GetSupportedMethods implements the protocol.
func (featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	out := &serverfeatures.SupportedMethods{EventStoreServerVersion: version}
	for service, methods := range supported {
		for _, method := range methods {
			m := &serverfeatures.SupportedMethod{ServiceName: service, MethodName: method}
			if service == persistentSubscriptions && method != "restartsubsystem" {
				m.Features = []string{"stream", "all"}
			}
			out.Methods = append(out.Methods, m)
		}
	}
	return out, nil
}
