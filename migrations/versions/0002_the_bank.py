"""the bank: kinds of every sort, review with comments, kinship, rights, plan; scripts that a person marks

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_acceptance",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.Column("chair", sa.String(length=200), nullable=False),
        sa.Column("secretary", sa.String(length=200), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("change_ratio", sa.Double(), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_bank_acceptance_course_module_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_bank_acceptance_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_acceptance")),
        sa.UniqueConstraint("course_module_id", "number", name=op.f("uq_bank_acceptance_course_module_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_acceptance_public_id")),
    )
    op.create_table(
        "bank_right",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("right", sa.String(length=12), nullable=False),
        sa.Column("granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_bank_right_course_module_id")
        ),
        sa.ForeignKeyConstraint(["granted_by_id"], ["user.id"], name=op.f("fk_bank_right_granted_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_bank_right_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_right")),
        sa.UniqueConstraint(
            "course_module_id", "user_id", "right", name=op.f("uq_bank_right_course_module_id_user_id_right")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_right_public_id")),
    )
    with op.batch_alter_table("bank_right", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_right_user_id"), ["user_id"], unique=False)

    op.create_table(
        "bank_settings",
        sa.Column(
            "course_module_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("approvals_needed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gate", sa.JSON(), nullable=False),
        sa.Column("review_months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reading_limit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change_limit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="30", nullable=False
        ),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_bank_settings_changed_by_id")),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_bank_settings_course_module_id")
        ),
        sa.PrimaryKeyConstraint("course_module_id", name=op.f("pk_bank_settings")),
    )
    op.create_table(
        "enemy_set",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["course_module_id"], ["course_module.id"], name=op.f("fk_enemy_set_course_module_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_enemy_set_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enemy_set")),
        sa.UniqueConstraint("public_id", name=op.f("uq_enemy_set_public_id")),
    )
    with op.batch_alter_table("enemy_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enemy_set_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "kinship_search",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False),
        sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("found", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_kinship_search_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_kinship_search_course_module_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinship_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kinship_search_public_id")),
    )
    with op.batch_alter_table("kinship_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kinship_search_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "learning_outcome",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_learning_outcome_course_module_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_outcome")),
        sa.UniqueConstraint("course_module_id", "code", name=op.f("uq_learning_outcome_course_module_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learning_outcome_public_id")),
    )
    op.create_table(
        "saved_view",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_saved_view_course_module_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_view_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_view_public_id")),
        sa.UniqueConstraint(
            "user_id", "course_module_id", "name", name=op.f("uq_saved_view_user_id_course_module_id_name")
        ),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_view_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "variant_group",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_variant_group_course_module_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_variant_group_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant_group")),
        sa.UniqueConstraint("public_id", name=op.f("uq_variant_group_public_id")),
    )
    with op.batch_alter_table("variant_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variant_group_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "writing_task",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("writer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_writing_task_count_positive")),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_writing_task_course_module_id")
        ),
        sa.ForeignKeyConstraint(["level_id"], ["cognitive_level.id"], name=op.f("fk_writing_task_level_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user.id"], name=op.f("fk_writing_task_set_by_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_writing_task_topic_id")),
        sa.ForeignKeyConstraint(["writer_id"], ["user.id"], name=op.f("fk_writing_task_writer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_task")),
        sa.UniqueConstraint("public_id", name=op.f("uq_writing_task_public_id")),
    )
    with op.batch_alter_table("writing_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_writing_task_course_module_id"), ["course_module_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_writing_task_writer_id"), ["writer_id"], unique=False)

    op.create_table(
        "edit_buffer",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("base", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_edit_buffer_course_module_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_edit_buffer_item_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_edit_buffer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_buffer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_edit_buffer_public_id")),
        sa.UniqueConstraint("user_id", "item_id", name=op.f("uq_edit_buffer_user_id_item_id")),
    )
    with op.batch_alter_table("edit_buffer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edit_buffer_course_module_id"), ["course_module_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edit_buffer_item_id"), ["item_id"], unique=False)

    op.create_table(
        "enemy_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("enemy_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["enemy_set_id"], ["enemy_set.id"], name=op.f("fk_enemy_member_enemy_set_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_enemy_member_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enemy_member")),
        sa.UniqueConstraint("enemy_set_id", "item_id", name=op.f("uq_enemy_member_enemy_set_id_item_id")),
    )
    with op.batch_alter_table("enemy_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enemy_member_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_band",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_module_id"], ["course_module.id"], name=op.f("fk_item_band_course_module_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_band_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_band")),
    )
    with op.batch_alter_table("item_band", schema=None) as batch_op:
        batch_op.create_index("ix_item_band_find", ["course_module_id", "band", "item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_band_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_fingerprint",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=False),
        sa.Column("picture_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_item_fingerprint_course_module_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_fingerprint_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_fingerprint")),
    )
    with op.batch_alter_table("item_fingerprint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_fingerprint_course_module_id"), ["course_module_id"], unique=False)

    op.create_table(
        "kinship_pair",
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_kinship_pair_course_module_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_kinship_pair_decided_by_id")),
        sa.ForeignKeyConstraint(["first_id"], ["item.id"], name=op.f("fk_kinship_pair_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["item.id"], name=op.f("fk_kinship_pair_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinship_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_kinship_pair_first_id_second_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kinship_pair_public_id")),
    )
    with op.batch_alter_table("kinship_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kinship_pair_course_module_id"), ["course_module_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kinship_pair_second_id"), ["second_id"], unique=False)

    op.create_table(
        "item_reading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("item_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_module_id"], ["course_module.id"], name=op.f("fk_item_reading_course_module_id")
        ),
        sa.ForeignKeyConstraint(["item_version_id"], ["item_version.id"], name=op.f("fk_item_reading_item_version_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_item_reading_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_reading")),
    )
    with op.batch_alter_table("item_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_reading_course_module_id"), ["course_module_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_reading_item_version_id"), ["item_version_id"], unique=False)
        batch_op.create_index("ix_item_reading_user_id_read_at", ["user_id", "read_at"], unique=False)

    op.create_table(
        "marker_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_marker_grant_exam_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["user.id"], name=op.f("fk_marker_grant_granted_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_marker_grant_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_grant")),
        sa.UniqueConstraint("exam_id", "user_id", name=op.f("uq_marker_grant_exam_id_user_id")),
    )
    with op.batch_alter_table("marker_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marker_grant_user_id"), ["user_id"], unique=False)

    op.create_table(
        "review_comment",
        sa.Column("item_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("reply_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_review_comment_author_id")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_review_comment_item_version_id")
        ),
        sa.ForeignKeyConstraint(["reply_to_id"], ["review_comment.id"], name=op.f("fk_review_comment_reply_to_id")),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["user.id"], name=op.f("fk_review_comment_resolved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_comment_public_id")),
    )
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_comment_item_version_id"), ["item_version_id"], unique=False)

    op.create_table(
        "script",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("item_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("max_points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("marker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("set_aside_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_script_exam_id")),
        sa.ForeignKeyConstraint(["item_version_id"], ["item_version.id"], name=op.f("fk_script_item_version_id")),
        sa.ForeignKeyConstraint(["marker_id"], ["user.id"], name=op.f("fk_script_marker_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_script_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("exam_id", "code", name=op.f("uq_script_exam_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_script_public_id")),
        sa.UniqueConstraint("sitting_id", "question", "part", name=op.f("uq_script_sitting_id_question_part")),
    )
    with op.batch_alter_table("script", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_script_item_version_id"), ["item_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_script_marker_id"), ["marker_id"], unique=False)

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("outcome_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("copied_author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("contributors", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("source_chapter", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("source_page", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("licence", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("expected_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("accepted_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("suspended_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("suspended_reason", sa.String(length=500), nullable=True))
        batch_op.add_column(
            sa.Column("variant_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "use_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(sa.Column("last_used_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "pooled_n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(sa.Column("pooled_difficulty", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("pooled_discrimination", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("flags", sa.String(length=200), server_default="", nullable=False))
        batch_op.create_index("ix_item_course_module_id_author_id", ["course_module_id", "author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_outcome_id"), ["outcome_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_variant_group_id"), ["variant_group_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_item_variant_group_id"), "variant_group", ["variant_group_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_item_merged_into_id"), "item", ["merged_into_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_item_outcome_id"), "learning_outcome", ["outcome_id"], ["id"])

    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("restored_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index("ix_item_version_state_item_id", ["state", "item_id"], unique=False)

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_blank", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("logged_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("content_hash", sa.String(length=64), server_default="", nullable=False))

    _fill()


def _fill() -> None:
    """What lists now sort and filter by, told by the rows that were there before. Statistics and fingerprints are filled
    by the worker, in small steps."""
    op.execute("""
        UPDATE item SET accepted_at = (
            SELECT version.decided_at FROM item_version AS version WHERE version.id = item.accepted_version_id
        ) WHERE accepted_version_id IS NOT NULL
    """)
    uses = "FROM item_use JOIN item_version AS version ON version.id = item_use.item_version_id WHERE version.item_id = item.id"
    op.execute(f"UPDATE item SET use_count = (SELECT count(*) {uses}), last_used_at = (SELECT max(used_at) {uses})")
    op.execute("""
        UPDATE review SET content_hash = (
            SELECT version.content_hash FROM item_version AS version WHERE version.id = review.item_version_id
        ) WHERE decision = 'approved'
    """)


def downgrade() -> None:
    # the first version knows none of these states: all stay out of papers
    op.execute("UPDATE item SET state = 'retired', accepted_version_id = NULL WHERE state = 'suspended'")
    op.execute("UPDATE item_version SET state = 'retired' WHERE state IN ('discarded', 'returned')")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_column("content_hash")

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_column("logged_at")
        batch_op.drop_column("is_blank")

    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.drop_index("ix_item_version_state_item_id")
        batch_op.drop_column("restored_from")

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_item_outcome_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_item_merged_into_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_item_variant_group_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_item_variant_group_id"))
        batch_op.drop_index(batch_op.f("ix_item_outcome_id"))
        batch_op.drop_index(batch_op.f("ix_item_merged_into_id"))
        batch_op.drop_index("ix_item_course_module_id_author_id")
        batch_op.drop_column("flags")
        batch_op.drop_column("pooled_discrimination")
        batch_op.drop_column("pooled_difficulty")
        batch_op.drop_column("pooled_n")
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("use_count")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("variant_group_id")
        batch_op.drop_column("suspended_reason")
        batch_op.drop_column("suspended_at")
        batch_op.drop_column("accepted_at")
        batch_op.drop_column("expected_seconds")
        batch_op.drop_column("licence")
        batch_op.drop_column("source_page")
        batch_op.drop_column("source_chapter")
        batch_op.drop_column("contributors")
        batch_op.drop_column("copied_author_id")
        batch_op.drop_column("outcome_id")

    with op.batch_alter_table("script", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_script_marker_id"))
        batch_op.drop_index(batch_op.f("ix_script_item_version_id"))

    op.drop_table("script")
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_comment_item_version_id"))

    op.drop_table("review_comment")
    with op.batch_alter_table("marker_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marker_grant_user_id"))

    op.drop_table("marker_grant")
    with op.batch_alter_table("item_reading", schema=None) as batch_op:
        batch_op.drop_index("ix_item_reading_user_id_read_at")
        batch_op.drop_index(batch_op.f("ix_item_reading_item_version_id"))
        batch_op.drop_index(batch_op.f("ix_item_reading_course_module_id"))

    op.drop_table("item_reading")
    with op.batch_alter_table("kinship_pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kinship_pair_second_id"))
        batch_op.drop_index(batch_op.f("ix_kinship_pair_course_module_id"))

    op.drop_table("kinship_pair")
    with op.batch_alter_table("item_fingerprint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_fingerprint_course_module_id"))

    op.drop_table("item_fingerprint")
    with op.batch_alter_table("item_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_band_item_id"))
        batch_op.drop_index("ix_item_band_find")

    op.drop_table("item_band")
    with op.batch_alter_table("enemy_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enemy_member_item_id"))

    op.drop_table("enemy_member")
    with op.batch_alter_table("edit_buffer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edit_buffer_item_id"))
        batch_op.drop_index(batch_op.f("ix_edit_buffer_course_module_id"))

    op.drop_table("edit_buffer")
    with op.batch_alter_table("writing_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_writing_task_writer_id"))
        batch_op.drop_index(batch_op.f("ix_writing_task_course_module_id"))

    op.drop_table("writing_task")
    with op.batch_alter_table("variant_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_variant_group_course_module_id"))

    op.drop_table("variant_group")
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_view_course_module_id"))

    op.drop_table("saved_view")
    op.drop_table("learning_outcome")
    with op.batch_alter_table("kinship_search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kinship_search_course_module_id"))

    op.drop_table("kinship_search")
    with op.batch_alter_table("enemy_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enemy_set_course_module_id"))

    op.drop_table("enemy_set")
    op.drop_table("bank_settings")
    with op.batch_alter_table("bank_right", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_right_user_id"))

    op.drop_table("bank_right")
    op.drop_table("bank_acceptance")
