// Reads the embedded store with a client that is not ours, over HTTP, and prints what it got as JSON: go run . PORT compressed|plain
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

type answers struct {
	Rows     [][]any `json:"rows"`
	Streamed uint64  `json:"streamed"`
	Refused  string  `json:"refused"`
}

func main() {
	compression := clickhouse.CompressionNone
	if os.Args[2] == "compressed" {
		compression = clickhouse.CompressionGZIP
	}
	answered, err := read(os.Args[1], compression)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answered); err != nil {
		os.Exit(1)
	}
}

func read(port string, compression clickhouse.CompressionMethod) (*answers, error) {
	connection, err := clickhouse.Open(&clickhouse.Options{
		Protocol:    clickhouse.HTTP,
		Addr:        []string{"127.0.0.1:" + port},
		Auth:        clickhouse.Auth{Database: "tocsin"},
		Compression: &clickhouse.Compression{Method: compression},
	})
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	ctx := context.Background()
	answered := &answers{Rows: [][]any{}}
	rows, err := connection.Query(ctx, "SELECT id, created_at, text, categories, complaint_probability, rating, channel, complaint FROM feedback WHERE log_index < 40 ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, text, channel string
		var at time.Time
		var categories []string
		var probability float32
		var rating *uint8
		var complaint bool
		if err := rows.Scan(&id, &at, &text, &categories, &probability, &rating, &channel, &complaint); err != nil {
			return nil, err
		}
		answered.Rows = append(answered.Rows, []any{id, at.UnixMilli(), text, categories, probability, rating, channel, complaint})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	numbers, err := connection.Query(ctx, "SELECT number FROM numbers(100000)")
	if err != nil {
		return nil, err
	}
	defer numbers.Close()
	for numbers.Next() {
		answered.Streamed++
	}
	if err := connection.Exec(ctx, "DROP TABLE feedback"); err != nil {
		answered.Refused = err.Error()
	}
	return answered, nil
}
