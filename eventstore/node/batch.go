package node

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	"aftersales/eventstore/node/engine"
)

const (
	batchesAtOnce = 500              // of one call
	batchDeadline = 10 * time.Second // of a batch that names none
)

// batch is an append that comes in parts, known by its correlation id.
type batch struct {
	appendReader
	options  *streams.BatchAppendReq_Options
	deadline time.Duration
}

// BatchAppend implements the protocol: many appends on one call, each answered
// when it is decided, in any order.
func (s *streamsService) BatchAppend(stream streams.Streams_BatchAppendServer) error {
	var sending sync.Mutex
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, batchesAtOnce)
	open := map[uuid.UUID]*batch{}
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		id, err := uuidFromWire(req.GetCorrelationId())
		if err != nil {
			return err
		}
		b := open[id]
		if b == nil {
			b = &batch{}
			open[id] = b
		}
		b.add(req)
		if !req.GetIsFinal() {
			continue
		}
		delete(open, id)
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			answer := s.commitBatch(stream.Context(), b)
			answer.CorrelationId = req.GetCorrelationId()
			sending.Lock()
			defer sending.Unlock()
			_ = stream.Send(answer) // a caller that went away has no use for it
		})
	}
}

// add takes a part in; after a fault it only lets the rest go by.
func (b *batch) add(req *streams.BatchAppendReq) {
	if o := req.GetOptions(); o != nil && b.err == nil {
		b.options, b.addressed = o, true
		b.write.Stream, b.err = streamName(o.GetStreamIdentifier())
		if b.err == nil {
			b.write.Expected, b.err = expected(o, o.GetStreamPosition(), o.GetExpectedStreamPosition() != nil)
		}
		b.deadline = batchDeadline
		if d := o.GetDeadline(); d != nil {
			b.deadline = d.AsDuration()
		}
		if at := o.GetDeadline_21_10_0(); at != nil {
			b.deadline = time.Until(at.AsTime())
		}
	}
	for _, p := range req.GetProposedMessages() {
		b.read(&streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
			Id: p.GetId(), Metadata: p.GetMetadata(), CustomMetadata: p.GetCustomMetadata(), Data: p.GetData(),
		}}})
	}
}

// commitBatch writes a whole batch and answers it; the caller's part of the
// answer is filled in as it was asked.
func (s *streamsService) commitBatch(ctx context.Context, b *batch) *streams.BatchAppendResp {
	answer := &streams.BatchAppendResp{StreamIdentifier: b.options.GetStreamIdentifier()}
	switch at := b.options.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_StreamPosition:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_StreamPosition{StreamPosition: at.StreamPosition}
	case *streams.BatchAppendReq_Options_NoStream:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_NoStream{NoStream: at.NoStream}
	case *streams.BatchAppendReq_Options_Any:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_Any{Any: at.Any}
	case *streams.BatchAppendReq_Options_StreamExists:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_StreamExists{StreamExists: at.StreamExists}
	}
	ctx, cancel := context.WithTimeout(ctx, b.deadline)
	defer cancel()
	result, err := s.finish(ctx, &b.appendReader)
	if err != nil {
		answer.Result = &streams.BatchAppendResp_Error{Error: batchError(err)}
		return answer
	}
	success := &streams.BatchAppendResp_Success{
		CurrentRevisionOption: &streams.BatchAppendResp_Success_CurrentRevision{CurrentRevision: uint64(result.Revision)},
		PositionOption:        &streams.BatchAppendResp_Success_NoPosition{NoPosition: &emptypb.Empty{}},
	}
	if result.Revision == engine.NoRevision {
		success.CurrentRevisionOption = &streams.BatchAppendResp_Success_NoStream{NoStream: &emptypb.Empty{}}
	}
	if result.Position > 0 {
		success.PositionOption = &streams.BatchAppendResp_Success_Position{Position: &shared.AllStreamPosition{
			CommitPosition: uint64(result.Position), PreparePosition: uint64(result.Position),
		}}
	}
	answer.Result = &streams.BatchAppendResp_Success_{Success: success}
	return answer
}

// batchError is the answer for an append that failed, with the detail by which
// clients tell one failure from another.
func batchError(err error) *rpcstatus.Status {
	code, detail := codes.Unknown, proto.Message(&shared.Unknown{})
	var wrong *engine.WrongVersionError
	var deleted *engine.DeletedError
	switch {
	case errors.As(err, &wrong):
		code, detail = codes.FailedPrecondition, wrongVersionDetail(wrong)
	case errors.As(err, &deleted):
		code, detail = codes.FailedPrecondition, &shared.StreamDeleted{StreamIdentifier: streamToWire(deleted.Stream)}
	case errors.Is(err, errTooBig):
		code, detail = codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{MaxAppendSize: maxAppendSize}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		code, detail = codes.DeadlineExceeded, &shared.Timeout{}
	case errors.Is(err, engine.ErrUnavailable):
		code, detail = codes.Unavailable, &shared.Timeout{}
	case errors.Is(err, errNoAccess):
		code, detail = codes.PermissionDenied, &shared.AccessDenied{}
	case status.Code(err) == codes.InvalidArgument:
		code, detail = codes.InvalidArgument, &shared.BadRequest{Message: status.Convert(err).Message()}
	}
	out := &rpcstatus.Status{Code: int32(code), Message: err.Error()}
	if packed, err := anypb.New(detail); err == nil {
		out.Details = []*anypb.Any{packed}
	}
	return out
}

func wrongVersionDetail(err *engine.WrongVersionError) *shared.WrongExpectedVersion {
	w := &shared.WrongExpectedVersion{
		CurrentStreamRevisionOption: &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: uint64(err.Current)},
	}
	if err.Current == engine.NoRevision {
		w.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &emptypb.Empty{}}
	}
	switch err.Expected {
	case engine.ExpectAny:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedAny{ExpectedAny: &emptypb.Empty{}}
	case engine.ExpectExists:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &emptypb.Empty{}}
	case engine.ExpectNoStream:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &emptypb.Empty{}}
	default:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: uint64(err.Expected)}
	}
	return w
}
