package http

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"

	"aftersales/commands"
	"aftersales/projections/documents"
)

// show is a document's JSON, as it stands now. A coupon, whose code is stored sealed, gets its code
// and the link that was shared for those who may use them; to others, and when
// the code was sealed with another key, it shows the hint alone.
func (s *Server) show(r *http.Request, d documents.Document) (json.RawMessage, error) {
	d, err := d.At(s.clock())
	if err != nil {
		return nil, err
	}
	if d.Kind != "coupon" {
		return json.Marshal(d)
	}
	p, err := s.principal(r)
	if err != nil {
		return nil, err
	}
	var secret commands.CouponSecrets
	var link *string
	if p.IsCustomer() || p.MayUseCodes() {
		if secret, err = s.open(d); err != nil {
			s.logger.ErrorContext(r.Context(), "coupon code cannot be opened", slog.String("coupon", d.ID.String()))
		}
	}
	if secret.Code != "" {
		if link, err = s.shareLink(d, secret.Link); err != nil {
			return nil, err
		}
		if d, err = d.Set("code", secret.Code); err != nil {
			return nil, err
		}
	}
	if d, err = d.Set("share_link", link); err != nil {
		return nil, err
	}
	return json.Marshal(d)
}

func (s *Server) open(d documents.Document) (commands.CouponSecrets, error) {
	sealed, err := base64.StdEncoding.DecodeString(d.Sealed)
	if err != nil {
		return commands.CouponSecrets{}, err
	}
	return s.Commands.Secrets.OpenCoupon(sealed, d.ID)
}

// shareLink is the public link of a coupon that was shared, nil for one that
// was not, or when there is no shop for it to lead to (C-04, C-17).
func (s *Server) shareLink(d documents.Document, token string) (*string, error) {
	var shared struct {
		Page *string `json:"share_link"` // of the shop
	}
	if err := json.Unmarshal(d.Fields, &shared); err != nil {
		return nil, err
	}
	if shared.Page == nil || s.ShopURL == "" {
		return nil, nil
	}
	link := s.PublicURL + "/coupon/" + token
	return &link, nil
}
