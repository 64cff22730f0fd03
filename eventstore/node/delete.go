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
	options := req.GetOptions()
	position, err := s.remove(ctx, engine.Delete, options.GetStreamIdentifier(), options, options.GetExpectedStreamRevision() != nil)
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{
		Position: &streams.DeleteResp_Position{CommitPosition: position, PreparePosition: position},
	}}, nil
}

// Tombstone implements the protocol: the stream can never be used again.
func (s *streamsService) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	options := req.GetOptions()
	position, err := s.remove(ctx, engine.Tombstone, options.GetStreamIdentifier(), options, options.GetExpectedStreamRevision() != nil)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{CommitPosition: position, PreparePosition: position},
	}}, nil
}

// remove does either kind of deletion and answers its position. Unlike an
// append, a wrong expected version is an error of the call here.
func (s *streamsService) remove(ctx context.Context, kind engine.Kind, id *shared.StreamIdentifier, options expectation, given bool) (uint64, error) {
	stream, err := streamName(id)
	if err != nil {
		return 0, err
	}
	if strings.HasPrefix(stream, engine.MetadataStream("")) {
		return 0, invalid("metadata stream %q cannot be deleted, its stream can", stream)
	}
	version, err := expected(options, given)
	if err != nil {
		return 0, err
	}
	result, err := s.engine.Write(ctx, engine.Write{Kind: kind, Stream: stream, Expected: version})
	if err != nil {
		return 0, wireError(ctx, err)
	}
	return uint64(result.Position), nil
}
