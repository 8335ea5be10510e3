// Benthos, the engine of Redpanda Connect, with one output more: NATS JetStream, acknowledged. Its own components for NATS are
// part of a distribution under another licence, which is not used here.
package main

import (
	"context"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
)

type output struct {
	url, subject string
	connection   *nats.Conn
	stream       jetstream.JetStream
}

func (o *output) Connect(context.Context) (err error) {
	if o.connection, err = nats.Connect(o.url); err != nil {
		return err
	}
	o.stream, err = jetstream.New(o.connection)
	return err
}

// Write returns when the message is on disk.
func (o *output) Write(ctx context.Context, message *service.Message) error {
	bytes, err := message.AsBytes()
	if err != nil {
		return err
	}
	_, err = o.stream.Publish(ctx, o.subject, bytes)
	return err
}

func (o *output) Close(context.Context) error {
	o.connection.Close()
	return nil
}

func main() {
	spec := service.NewConfigSpec().Fields(service.NewStringField("url"), service.NewStringField("subject"), service.NewIntField("max_in_flight"))
	err := service.RegisterOutput("jetstream", spec, func(config *service.ParsedConfig, _ *service.Resources) (service.Output, int, error) {
		url, err := config.FieldString("url")
		if err != nil {
			return nil, 0, err
		}
		subject, err := config.FieldString("subject")
		if err != nil {
			return nil, 0, err
		}
		inFlight, err := config.FieldInt("max_in_flight")
		return &output{url: url, subject: subject}, inFlight, err
	})
	if err != nil {
		panic(err)
	}
	service.RunCLI(context.Background())
}
