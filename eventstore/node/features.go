package node

import (
	"context"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
)

// version is the EventStoreDB release whose behaviour the node follows. Clients
// demand three integers.
const version = "24.10.0"

// featuresService tells clients what they may call.
type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
}

// services are all that a node serves.
var services = []*grpc.ServiceDesc{
	&streams.Streams_ServiceDesc,
	&persistent.PersistentSubscriptions_ServiceDesc,
	&gossip.Gossip_ServiceDesc,
	&serverfeatures.ServerFeatures_ServiceDesc,
}

// GetSupportedMethods implements the protocol. Clients compare names in lower
// case.
func (featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	out := &serverfeatures.SupportedMethods{EventStoreServerVersion: version}
	for _, service := range services {
		add := func(method string) {
			m := &serverfeatures.SupportedMethod{ServiceName: strings.ToLower(service.ServiceName), MethodName: strings.ToLower(method)}
			if service == &persistent.PersistentSubscriptions_ServiceDesc && m.MethodName != "restartsubsystem" {
				m.Features = []string{"stream", "all"}
			}
			out.Methods = append(out.Methods, m)
		}
		for _, method := range service.Methods {
			add(method.MethodName)
		}
		for _, stream := range service.Streams {
			add(stream.StreamName)
		}
	}
	return out, nil
}
