"""items in doubt, candidates and banks on one scale

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analysis_calibration",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("formulas", sa.String(length=60), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_analysis_calibration_course_module_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_calibration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_analysis_calibration_public_id")),
    )
    with op.batch_alter_table("analysis_calibration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_analysis_calibration_course_module_id"), ["course_module_id"], unique=False
        )

    op.create_table(
        "item_concern",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_concern_item_id")),
        sa.ForeignKeyConstraint(["item_version_id"], ["item_version.id"], name=op.f("fk_item_concern_item_version_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_item_concern_opened_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_item_concern_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_concern")),
        sa.UniqueConstraint("public_id", name=op.f("uq_item_concern_public_id")),
    )
    with op.batch_alter_table("item_concern", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_concern_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_concern_item_version_id"), ["item_version_id"], unique=False)
        batch_op.create_index("ix_item_concern_state_opened_at", ["state", "opened_at"], unique=False)
        batch_op.create_index(
            "uq_item_concern_open",
            ["item_version_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "analysis_candidate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raw_share", sa.Double(), nullable=False),
        sa.Column("theta", sa.Double(), nullable=False),
        sa.Column("se", sa.Double(), nullable=False),
        sa.Column("advised_share", sa.Double(), nullable=False),
        sa.Column("advised_mark", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["analysis_run.id"], name=op.f("fk_analysis_candidate_run_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_analysis_candidate_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_candidate")),
        sa.UniqueConstraint("run_id", "sitting_id", name=op.f("uq_analysis_candidate_run_id_sitting_id")),
    )
    with op.batch_alter_table("analysis_candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_analysis_candidate_sitting_id"), ["sitting_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("analysis_candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_analysis_candidate_sitting_id"))

    op.drop_table("analysis_candidate")
    with op.batch_alter_table("item_concern", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_item_concern_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_item_concern_state_opened_at")
        batch_op.drop_index(batch_op.f("ix_item_concern_item_version_id"))
        batch_op.drop_index(batch_op.f("ix_item_concern_item_id"))

    op.drop_table("item_concern")
    with op.batch_alter_table("analysis_calibration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_analysis_calibration_course_module_id"))

    op.drop_table("analysis_calibration")
