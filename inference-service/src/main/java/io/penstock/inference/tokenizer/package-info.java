/// Models that turn text into token ids: a HuggingFace `tokenizer.json`, run as any other model.
@NullMarked
package io.penstock.inference.tokenizer;

import org.jspecify.annotations.NullMarked;
