package node

import (
	"context"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"aftersales/eventstore/node/engine"
)

// Delete implements the protocol: the stream reads as absent, until an append
// goes on where it ended.
func (s *streamsService) Delete(ctx context.Context, req *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := req.GetOptions()
	version, err := expected(o, o.GetRevision(), o.GetExpectedStreamRevision() != nil)
	if err != nil {
		return nil, err
	}
	position, err := s.remove(ctx, engine.Delete, o.GetStreamIdentifier(), version)
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{
		Position: &streams.DeleteResp_Position{CommitPosition: position, PreparePosition: position},
	}}, nil
}

// Tombstone implements the protocol: the stream can never be used again.
func (s *streamsService) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := req.GetOptions()
	version, err := expected(o, o.GetRevision(), o.GetExpectedStreamRevision() != nil)
	if err != nil {
		return nil, err
	}
	position, err := s.remove(ctx, engine.Tombstone, o.GetStreamIdentifier(), version)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{CommitPosition: position, PreparePosition: position},
	}}, nil
}

// remove does either kind of deletion and answers its position. Unlike an
// append, a wrong expected version is an error of the call here.
func (s *streamsService) remove(ctx context.Context, kind engine.Kind, id *shared.StreamIdentifier, version engine.Expected) (uint64, error) {
	stream, err := streamName(id)
	if err != nil {
		return 0, err
	}
	if strings.HasPrefix(stream, engine.MetadataStream("")) {
		return 0, invalid("metadata stream %q cannot be deleted, its stream can", stream)
	}
	result, err := s.write(ctx, rightDelete, engine.Write{Kind: kind, Stream: stream, Expected: version})
	return uint64(result.Position), wireError(ctx, err)
}
