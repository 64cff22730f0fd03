package webhook

import (
	"context"
	"encoding/binary"
	"net"
	"sync/atomic"
	"testing"
)

// NewSenderWith is NewSender with a resolver of the test's.
func NewSenderWith(insecure bool, resolver *net.Resolver) *Sender {
	return newSender(insecure, resolver)
}

// Resolver knows every name. Its addresses are the ones given, one after the
// other; the last one stays.
func Resolver(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	server, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var asked atomic.Int64
	go func() {
		query := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(query)
			if err != nil {
				return // the test ended
			}
			at := 0
			if kindOf(query[:n]) == typeA {
				at = min(int(asked.Add(1)), len(addresses)) - 1
			}
			_, _ = server.WriteTo(reply(query[:n], net.ParseIP(addresses[at]).To4()), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

const (
	headerSize = 12
	typeA      = 1
)

// questionEnd is where the name, type and class that are asked for end.
func questionEnd(query []byte) int {
	at := headerSize
	for query[at] != 0 {
		at += 1 + int(query[at])
	}
	return at + 5
}

func kindOf(query []byte) uint16 {
	end := questionEnd(query)
	return binary.BigEndian.Uint16(query[end-4 : end-2])
}

// reply answers a question about an A record; there are no others.
func reply(query []byte, ip net.IP) []byte {
	end := questionEnd(query)
	answer := append([]byte{}, query[:end]...)
	binary.BigEndian.PutUint16(answer[2:], 0x8180) // an answer, no error
	answers := uint16(0)
	if kindOf(query) == typeA {
		answers = 1
		answer = append(answer, 0xc0, headerSize, 0, typeA, 0, 1, 0, 0, 0, 0, 0, byte(len(ip)))
		answer = append(answer, ip...)
	}
	binary.BigEndian.PutUint16(answer[6:], answers)
	binary.BigEndian.PutUint32(answer[8:], 0) // nothing besides
	return answer
}
