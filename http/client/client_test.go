package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/http/client"
)

// step is what a faulty service or network does with one request.
type step func(w http.ResponseWriter)

func answer(status int, body string) step {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// scripted takes the steps one by one and notes what was asked.
func scripted(t *testing.T, steps ...step) (c *client.Client, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, fmt.Sprintf("%s %s %s key=%s least=%s %s", r.Method, r.URL, r.Header.Get("Authorization"),
			r.Header.Get("Idempotency-Key"), r.Header.Get("Min-Position"), body))
		next := steps[0]
		if len(steps) > 1 {
			steps = steps[1:]
		}
		next(w)
	}))
	t.Cleanup(server.Close)
	return client.New(server.URL+"/", "secret"), asked
}

func problem(status int, code string) step {
	return answer(status, fmt.Sprintf(`{"status":%d,"code":%q,"detail":"why","errors":[{"field":"lines[0].quantity","code":"x"}]}`, status, code))
}

const done = `{"position":"0000000000000a00","documents":[{"kind":"ticket","number":null,"state":"open"}],"warnings":[{"code":"w"}]}`

func TestWhatMayPassIsSentAgainUnderTheSameKey(t *testing.T) {
	c, asked := scripted(t, hangUp, problem(503, "unavailable"), problem(429, "too_many_requests"),
		problem(409, "idempotency_in_flight"), answer(502, "<html>"), func(w http.ResponseWriter) {
			w.Header().Set("Idempotent-Replayed", "true")
			answer(201, done)(w)
		})
	o, err := c.Post(t.Context(), "/v1/tickets", "key-1", map[string]int{"n": 1})
	if err != nil {
		t.Fatal(err)
	}
	want := client.Outcome{
		Position: "0000000000000a00", Replayed: true, Warnings: []client.Warning{{Code: "w"}},
		Documents: []client.Document{{Kind: "ticket", State: "open"}},
	}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Error(diff)
	}
	if len(*asked) != 6 {
		t.Errorf("%d requests", len(*asked))
	}
	for _, request := range *asked {
		if request != `POST /v1/tickets Bearer secret key=key-1 least= {"n":1}` {
			t.Error(request)
		}
	}
}

func TestARefusalIsAProblem(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
	}{{409, "already_exists"}, {422, "idempotency_key_reused"}, {500, "internal"}, {401, "unauthenticated"}} {
		service, asked := scripted(t, problem(c.status, c.code))
		_, err := service.Post(t.Context(), "/v1/tickets", "key", nil)
		var p *client.Problem
		if !errors.As(err, &p) || p.Status != c.status || !client.HasCode(err, c.code) || len(p.Errors) != 1 || len(*asked) != 1 {
			t.Errorf("%s: %v after %d requests", c.code, err, len(*asked))
		}
		if want := fmt.Sprintf("POST /v1/tickets: %d %s: why (lines[0].quantity: x)", c.status, c.code); err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

func TestReadsWaitForTheGreatestPositionSeen(t *testing.T) {
	c, asked := scripted(t, answer(200, done), answer(200, `{"position":"0000000000000900"}`),
		problem(503, "projection_behind"), answer(200, `{"n":7}`))
	for range 2 {
		if _, err := c.Post(t.Context(), "/v1/tickets", "key", nil); err != nil {
			t.Fatal(err)
		}
	}
	var got struct{ N int }
	if err := c.Get(t.Context(), "/v1/tickets?limit=1", &got); err != nil || got.N != 7 {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, request := range (*asked)[2:] {
		if request != "GET /v1/tickets?limit=1 Bearer secret key= least=0000000000000a00 " {
			t.Error(request)
		}
	}
}

// The context ends the tries; its error says so, and what the last one met.
func TestTriesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, asked := scripted(t, problem(503, "unavailable"), func(w http.ResponseWriter) {
		cancel()
		problem(503, "unavailable")(w)
	})
	_, err := c.Post(ctx, "/v1/tickets", "key", nil)
	if !errors.Is(err, context.Canceled) || len(*asked) != 2 {
		t.Errorf("%v after %d requests", err, len(*asked))
	}
}
