-- Signatures over the files of versions, one a key.
create table model_signature (
    model       text collate "C" not null,
    number      bigint      not null,
    -- Hex SHA-256 of the public key's PEM form.
    key_id      text collate "C" not null,
    root        text        not null,
    -- Sigstore bundle, JSON.
    bundle      text        not null,
    create_time timestamptz not null,
    created_by  text        not null,
    primary key (model, number, key_id),
    foreign key (model, number) references model_version (model, number)
);
