"""fair papers: what a blueprint demands, sealed sets, lots, printing in the background

Revision: 0004
After: 0003
"""

import hashlib
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holder_key",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("cost", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("rehearsed_at", sa.BigInteger(), nullable=True),
        sa.Column("replaced_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_holder_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_holder_key_public_id")),
    )
    with op.batch_alter_table("holder_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holder_key_user_id"), ["user_id"], unique=False)

    op.create_table(
        "paper_lot",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("is_seed_typed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("prepared_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("drawn_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["course_module_id"], ["course_module.id"], name=op.f("fk_paper_lot_course_module_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user.id"], name=op.f("fk_paper_lot_drawn_by_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["user.id"], name=op.f("fk_paper_lot_prepared_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_lot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_lot_public_id")),
    )
    with op.batch_alter_table("paper_lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_lot_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "blueprint_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("blueprint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("place IS NULL OR place > 0", name=op.f("ck_blueprint_item_place_positive")),
        sa.ForeignKeyConstraint(["blueprint_id"], ["exam_blueprint.id"], name=op.f("fk_blueprint_item_blueprint_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_blueprint_item_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint_item")),
        sa.UniqueConstraint("blueprint_id", "item_id", name=op.f("uq_blueprint_item_blueprint_id_item_id")),
    )
    with op.batch_alter_table("blueprint_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blueprint_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "paper_lot_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_aside_at", sa.BigInteger(), nullable=True),
        sa.Column("set_aside_reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["paper_lot.id"], name=op.f("fk_paper_lot_entry_lot_id")),
        sa.ForeignKeyConstraint(["paper_set_id"], ["paper_set.id"], name=op.f("fk_paper_lot_entry_paper_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_lot_entry")),
        sa.UniqueConstraint("lot_id", "number", name=op.f("uq_paper_lot_entry_lot_id_number")),
        sa.UniqueConstraint("lot_id", "paper_set_id", name=op.f("uq_paper_lot_entry_lot_id_paper_set_id")),
    )
    with op.batch_alter_table("paper_lot_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_lot_entry_paper_set_id"), ["paper_set_id"], unique=False)

    op.create_table(
        "paper_print",
        sa.Column("paper_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_paper_print_asked_by_id")),
        sa.ForeignKeyConstraint(["paper_set_id"], ["paper_set.id"], name=op.f("fk_paper_print_paper_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_print")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_print_public_id")),
    )
    with op.batch_alter_table("paper_print", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_print_paper_set_id"), ["paper_set_id"], unique=False)

    op.create_table(
        "paper_seal",
        sa.Column("paper_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("server_wrap", sa.LargeBinary(), nullable=True),
        sa.Column("ephemeral", sa.LargeBinary(), nullable=True),
        sa.Column("opened_key", sa.LargeBinary(), nullable=True),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("rehearsed_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("mode IN ('desk', 'holders', 'clock', 'none')", name=op.f("ck_paper_seal_mode_known")),
        sa.ForeignKeyConstraint(["paper_set_id"], ["paper_set.id"], name=op.f("fk_paper_seal_paper_set_id")),
        sa.ForeignKeyConstraint(["sealed_by_id"], ["user.id"], name=op.f("fk_paper_seal_sealed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_seal")),
        sa.UniqueConstraint("paper_set_id", name=op.f("uq_paper_seal_paper_set_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_seal_public_id")),
    )
    op.create_table(
        "seal_holder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("seal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("half", sa.LargeBinary(), nullable=True),
        sa.Column("half_given_at", sa.BigInteger(), nullable=True),
        sa.Column("half_purpose", sa.String(length=10), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["holder_key_id"], ["holder_key.id"], name=op.f("fk_seal_holder_holder_key_id")),
        sa.ForeignKeyConstraint(["seal_id"], ["paper_seal.id"], name=op.f("fk_seal_holder_seal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_holder")),
        sa.UniqueConstraint("seal_id", "holder_key_id", name=op.f("uq_seal_holder_seal_id_holder_key_id")),
        sa.UniqueConstraint("seal_id", "position", name=op.f("uq_seal_holder_seal_id_position")),
    )
    with op.batch_alter_table("seal_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_holder_holder_key_id"), ["holder_key_id"], unique=False)

    op.create_table(
        "seal_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("seal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["paper_seal.id"], name=op.f("fk_seal_share_seal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_share")),
        sa.UniqueConstraint("seal_id", "first", "second", name=op.f("uq_seal_share_seal_id_first_second")),
    )
    with op.batch_alter_table("blueprint_cell", schema=None) as batch_op:
        batch_op.add_column(sa.Column("requirement", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("part", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("is_scored", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.create_check_constraint(batch_op.f("ck_blueprint_cell_part_positive"), "part > 0")

    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_seed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column("paper_lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(batch_op.f("fk_exam_paper_lot_id"), "paper_lot", ["paper_lot_id"], ["id"])

    with op.batch_alter_table("exam_blueprint", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_template", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column("duration_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("target_points", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("rules", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("exam_paper", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "question_count",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("irt_a", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("irt_b", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("irt_c", sa.Double(), nullable=True))

    with op.batch_alter_table("paper_set", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=8), server_default="dealt", nullable=False))
        batch_op.add_column(sa.Column("seed_hash", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "wanted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("rules", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("report", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("refusal", sa.String(length=2000), server_default="", nullable=False))
        batch_op.add_column(sa.Column("opened_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("declassified_at", sa.BigInteger(), nullable=True))
        batch_op.alter_column(
            "blueprint_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        )
        batch_op.alter_column("seed", existing_type=sa.VARCHAR(length=64), nullable=True)
        batch_op.create_check_constraint(
            batch_op.f("ck_paper_set_source_known"), "source IN ('dealt', 'whole', 'file')"
        )

    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settings", sa.JSON(), server_default="{}", nullable=False))

    _fill()


def _fill() -> None:
    """Papers of before were plain rows: those approved count as opened, and their figures are put beside them."""
    connection = op.get_bind()
    sets = sa.table(
        "paper_set",
        sa.column("id"),
        sa.column("seed"),
        sa.column("seed_hash"),
        sa.column("opened_at"),
        sa.column("approved_at"),
        sa.column("wanted"),
        sa.column("done"),
    )
    papers = sa.table(
        "exam_paper",
        sa.column("id"),
        sa.column("paper_set_id"),
        sa.column("layout", sa.JSON()),
        sa.column("question_count"),
    )
    counts: dict[int, int] = {}
    for row in connection.execute(sa.select(papers.c.id, papers.c.paper_set_id, papers.c.layout)).all():
        counts[row.paper_set_id] = counts.get(row.paper_set_id, 0) + 1
        connection.execute(papers.update().where(papers.c.id == row.id).values(question_count=len(row.layout)))
    for row in connection.execute(sa.select(sets.c.id, sets.c.seed, sets.c.approved_at)).all():
        pledge = hashlib.sha256(row.seed.encode()).hexdigest()
        connection.execute(
            sets.update()
            .where(sets.c.id == row.id)
            .values(seed_hash=pledge, opened_at=row.approved_at, wanted=counts.get(row.id, 0), done=100)
        )


def _before_downgrade() -> None:
    """What is only there encrypted, the version before cannot read: such sets are withdrawn, and dealt anew there.

    Every set had a blueprint there: a whole paper that was opened gets one that is put away and empty; one that was not
    opened has no row that anything can reach.
    """
    connection = op.get_bind()
    sets = sa.table(
        "paper_set",
        sa.column("id"),
        sa.column("state"),
        sa.column("seed"),
        sa.column("opened_at"),
        sa.column("blueprint_id"),
        sa.column("course_module_id"),
        sa.column("dealt_by_id"),
        sa.column("dealt_at"),
    )
    seals = sa.table("paper_seal", sa.column("paper_set_id"))
    sealed = sa.select(seals.c.paper_set_id)
    unreadable = sa.and_(sets.c.opened_at.is_(None), sets.c.id.in_(sealed))
    connection.execute(sets.update().where(unreadable).values(state="withdrawn"))
    connection.execute(sets.update().where(sets.c.state.in_(["waiting", "refused"])).values(state="withdrawn"))
    connection.execute(sets.update().where(sets.c.seed.is_(None)).values(seed=""))
    blueprints = sa.table(
        "exam_blueprint",
        sa.column("id"),
        sa.column("public_id"),
        sa.column("course_module_id"),
        sa.column("name"),
        sa.column("state"),
        sa.column("author_id"),
        sa.column("created_at"),
        sa.column("changed_at"),
    )
    for row in connection.execute(sa.select(sets).where(sets.c.blueprint_id.is_(None))).all():
        public_id = str(uuid.uuid4())
        connection.execute(
            blueprints.insert().values(
                public_id=public_id,
                course_module_id=row.course_module_id,
                name="-",
                state="retired",
                author_id=row.dealt_by_id,
                created_at=row.dealt_at,
                changed_at=row.dealt_at,
            )
        )
        made = connection.execute(sa.select(blueprints.c.id).where(blueprints.c.public_id == public_id)).scalar_one()
        connection.execute(sets.update().where(sets.c.id == row.id).values(blueprint_id=made))


def downgrade() -> None:
    _before_downgrade()
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("settings")

    with op.batch_alter_table("paper_set", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_paper_set_source_known"), type_="check")
        batch_op.alter_column("seed", existing_type=sa.VARCHAR(length=64), nullable=False)
        batch_op.alter_column(
            "blueprint_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        )
        batch_op.drop_column("declassified_at")
        batch_op.drop_column("opened_at")
        batch_op.drop_column("refusal")
        batch_op.drop_column("report")
        batch_op.drop_column("rules")
        batch_op.drop_column("done")
        batch_op.drop_column("wanted")
        batch_op.drop_column("seed_hash")
        batch_op.drop_column("source")

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_column("irt_c")
        batch_op.drop_column("irt_b")
        batch_op.drop_column("irt_a")

    with op.batch_alter_table("exam_paper", schema=None) as batch_op:
        batch_op.drop_column("question_count")

    with op.batch_alter_table("exam_blueprint", schema=None) as batch_op:
        batch_op.drop_column("rules")
        batch_op.drop_column("target_points")
        batch_op.drop_column("duration_minutes")
        batch_op.drop_column("is_template")

    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_exam_paper_lot_id"), type_="foreignkey")
        batch_op.drop_column("paper_lot_id")
        batch_op.drop_column("sealed_seed")

    with op.batch_alter_table("blueprint_cell", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_blueprint_cell_part_positive"), type_="check")
        batch_op.drop_column("is_scored")
        batch_op.drop_column("part")
        batch_op.drop_column("requirement")

    op.drop_table("seal_share")
    with op.batch_alter_table("seal_holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seal_holder_holder_key_id"))

    op.drop_table("seal_holder")
    op.drop_table("paper_seal")
    with op.batch_alter_table("paper_print", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_print_paper_set_id"))

    op.drop_table("paper_print")
    with op.batch_alter_table("paper_lot_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_lot_entry_paper_set_id"))

    op.drop_table("paper_lot_entry")
    with op.batch_alter_table("blueprint_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blueprint_item_item_id"))

    op.drop_table("blueprint_item")
    with op.batch_alter_table("paper_lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_lot_course_module_id"))

    op.drop_table("paper_lot")
    with op.batch_alter_table("holder_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holder_key_user_id"))

    op.drop_table("holder_key")
