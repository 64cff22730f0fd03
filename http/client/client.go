// Package client is the HTTP API's own client, for the tools of this project.
// It rides out restarts of the service: what may have happened or may succeed
// later is sent again under the same Idempotency-Key, until the context ends.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// Client talks to one service as one caller. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
	seen  atomic.Pointer[string] // greatest position known, sent as Min-Position
}

// attemptLimit bounds one attempt; the service itself gives up earlier.
const attemptLimit = 30 * time.Second

// New makes a client of the service at baseURL ("http://127.0.0.1:8080") whose
// requests carry the bearer token.
func New(baseURL, token string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	return &Client{
		base: strings.TrimRight(baseURL, "/"), token: token,
		http: &http.Client{Transport: transport, Timeout: attemptLimit},
	}
}

// Outcome is what a command answered.
type Outcome struct {
	Position  string     `json:"position"`
	Documents []Document `json:"documents"`
	Warnings  []Warning  `json:"warnings"`
	Replayed  bool       `json:"-"` // the command had happened before
}

// Document is a document as it was right after the command; Number is empty
// while it has none.
type Document struct {
	Kind     string    `json:"kind"`
	ID       uuid.UUID `json:"id"`
	Number   string    `json:"number"`
	State    string    `json:"state"`
	Stream   string    `json:"stream"`
	Revision uint64    `json:"revision"`
}

// Warning is something worth knowing that did not stop the command.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Post sends a command under an Idempotency-Key. The error is a *Problem when
// the service refused; otherwise the context ended and the outcome is unknown.
func (c *Client) Post(ctx context.Context, path, key string, body any) (Outcome, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return Outcome{}, fmt.Errorf("POST %s: %w", path, err)
	}
	var o Outcome
	header, err := c.do(ctx, http.MethodPost, path, key, content, &o)
	if err != nil {
		return Outcome{}, err
	}
	o.Replayed = header.Get("Idempotent-Replayed") == "true"
	c.saw(o.Position)
	return o, nil
}

// Get reads JSON into a value, from a read model that has reached the greatest
// position that this client saw. The error is as that of Post.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	_, err := c.do(ctx, http.MethodGet, path, "", nil, into)
	return err
}

// Operate asks for something that is no command, such as a rebuild, and waits
// for the answer as long as the context lasts. It is sent once. The error is as
// that of Post.
func (c *Client) Operate(ctx context.Context, path string, into any) error {
	patient := &Client{base: c.base, token: c.token, http: &http.Client{Transport: c.http.Transport}}
	_, err := patient.attempt(ctx, http.MethodPost, path, uuid.NewString(), []byte("{}"), into)
	return err
}

// saw lets later reads wait for a position. Positions are texts of one length, ordered as texts.
func (c *Client) saw(position string) {
	for {
		old := c.seen.Load()
		if old != nil && *old >= position || c.seen.CompareAndSwap(old, &position) {
			return
		}
	}
}

// CatchUp lets later reads wait for all that is in the log by now, whoever wrote
// it. The error is as that of Post.
func (c *Client) CatchUp(ctx context.Context) error {
	var projections struct {
		Items []struct {
			Head string `json:"head"`
		} `json:"items"`
	}
	if err := c.Get(ctx, "/v1/projections", &projections); err != nil {
		return err
	}
	for _, p := range projections.Items {
		c.saw(p.Head)
	}
	return nil
}

// do tries until the service answers for good or the context ends.
func (c *Client) do(ctx context.Context, method, path, key string, content []byte, into any) (http.Header, error) {
	for attempt := 0; ; attempt++ {
		header, err := c.attempt(ctx, method, path, key, content, into)
		if err == nil || !passing(err) {
			return header, err
		}
		if waited := pause(ctx, attempt, err); waited != nil {
			return nil, errors.Join(waited, err)
		}
	}
}

// attempt sends the request once.
func (c *Client) attempt(ctx context.Context, method, path, key string, content []byte, into any) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
	} else if seen := c.seen.Load(); seen != nil {
		req.Header.Set("Min-Position", *seen)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &lost{err}
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, &lost{err}
	}
	if resp.StatusCode/100 != 2 {
		return nil, problemOf(resp, method, path, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return resp.Header, nil
}
