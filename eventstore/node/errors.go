package node

import (
	"context"
	"errors"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"aftersales/eventstore/node/engine"
)

// wireError turns an error into the status that clients expect, with the
// trailers by which they tell it from others.
func wireError(ctx context.Context, err error) error {
	var deleted *engine.DeletedError
	var wrong *engine.WrongVersionError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &deleted):
		return exception(ctx, codes.FailedPrecondition, err, "stream-deleted", "stream-name", deleted.Stream)
	case errors.As(err, &wrong):
		return exception(ctx, codes.FailedPrecondition, err, "wrong-expected-version",
			"stream-name", wrong.Stream,
			"expected-version", strconv.FormatInt(int64(wrong.Expected), 10),
			"actual-version", strconv.FormatInt(wrong.Current, 10))
	case errors.Is(err, errNoAccess):
		return exception(ctx, codes.PermissionDenied, err, "access-denied")
	case errors.Is(err, errUnknownCaller):
		return exception(ctx, codes.Unauthenticated, err, "not-authenticated")
	case errors.Is(err, errTooBig):
		return exception(ctx, codes.InvalidArgument, err, "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(maxAppendSize))
	case errors.Is(err, engine.ErrUnavailable):
		return status.Error(codes.Unavailable, err.Error())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return status.FromContextError(err).Err()
	}
	if _, ok := status.FromError(err); ok { // of the call itself
		return err
	}
	return status.Error(codes.Internal, err.Error())
}

// exception is a status with EventStoreDB's own name for it and details.
func exception(ctx context.Context, code codes.Code, err error, name string, details ...string) error {
	trailer := metadata.Pairs(append([]string{"exception", name}, details...)...)
	if err := grpc.SetTrailer(ctx, trailer); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	return status.Error(code, err.Error())
}

// invalid is the refusal of a request that could never succeed.
func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}
