"""files in and out: batches read apart, entry by entry, with their pictures; items kept as they came

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_picture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_picture_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_picture")),
        sa.UniqueConstraint("batch_id", "media_id", name=op.f("uq_import_picture_batch_id_media_id")),
    )
    op.create_table(
        "raw_item",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("identifier", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("suffix", sa.String(length=20), nullable=False),
        sa.Column("has_files", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_raw_item_author_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_raw_item_batch_id")),
        sa.ForeignKeyConstraint(["course_module_id"], ["course_module.id"], name=op.f("fk_raw_item_course_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_item")),
        sa.UniqueConstraint("public_id", name=op.f("uq_raw_item_public_id")),
    )
    with op.batch_alter_table("raw_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_item_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "import_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reading", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=True),
        sa.Column("raw_body", sa.LargeBinary(), nullable=True),
        sa.Column("is_left_out", sa.Boolean(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("editors", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_entry_batch_id")),
        sa.ForeignKeyConstraint(["editor_id"], ["user.id"], name=op.f("fk_import_entry_editor_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_import_entry_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_entry")),
        sa.UniqueConstraint("batch_id", "reading", "position", name="uq_import_entry_batch_id"),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("format", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("choices", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("key_name", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("upload", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("key_upload", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "progress_done",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "progress_total",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("failure", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("started_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("shown", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False)
        )
        batch_op.create_index("ix_import_batch_course_module_id", ["course_module_id"], unique=False)


_OLD_REPORT = {
    "format": "", "sheet": "", "header_row": 0, "notices": [], "rows": [], "new_topics": [],
    "counts": {"accepted": 0, "warning": 0, "refused": 0},
}  # fmt: skip


def downgrade() -> None:
    # the version before knows neither these states nor entries; what nobody has accepted is chosen again
    op.execute(
        "UPDATE import_batch SET state = 'discarded', drafts = '[]' WHERE state NOT IN ('accepted', 'discarded')"
    )
    batches = sa.table("import_batch", sa.column("report", sa.JSON()), sa.column("shown", sa.Integer()))
    op.execute(batches.update().where(batches.c.shown > 0).values(report=_OLD_REPORT))
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_import_batch_course_module_id")
        batch_op.drop_column("shown")
        batch_op.drop_column("started_at")
        batch_op.drop_column("tries")
        batch_op.drop_column("attempts")
        batch_op.drop_column("failure")
        batch_op.drop_column("progress_total")
        batch_op.drop_column("progress_done")
        batch_op.drop_column("size")
        batch_op.drop_column("key_upload")
        batch_op.drop_column("upload")
        batch_op.drop_column("key_name")
        batch_op.drop_column("choices")
        batch_op.drop_column("format")

    op.drop_table("import_entry")
    with op.batch_alter_table("raw_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raw_item_course_module_id"))

    op.drop_table("raw_item")
    op.drop_table("import_picture")
